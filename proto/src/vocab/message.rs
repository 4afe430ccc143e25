//! Kinds of messages and the small code lists that their bodies use.

codes! {
    /// What a message is. Only kinds with a row in the policy table can be sent.
    MessageKind {
        Signal "SIGNAL" "sygnał o potrzebie wsparcia" "signal of a need for support" "сигнал про потребу підтримки";
        ConsultAnon "CONSULT_ANON" "pytanie bez danych osobowych" "question without personal data" "запитання без персональних даних";
        ReplyAnon "REPLY_ANON" "odpowiedź bez danych osobowych" "answer without personal data" "відповідь без персональних даних";
        InfoRequest "INFO_REQUEST" "prośba o informację" "request for information" "запит інформації";
        InfoReply "INFO_REPLY" "odpowiedź na prośbę o informację" "reply to a request for information" "відповідь на запит інформації";
        InfoRefusal "INFO_REFUSAL" "odmowa udzielenia informacji" "refusal of information" "відмова в наданні інформації";
        Referral "REFERRAL" "skierowanie" "referral" "скерування";
        ReferralStatus "REFERRAL_STATUS" "status skierowania" "status of a referral" "статус скерування";
        ReferralForward "REFERRAL_FORWARD" "przekazanie według właściwości" "forward to the competent institution" "передання за підвідомчістю";
        FeedbackMin "FEEDBACK_MIN" "informacja zwrotna dla zgłaszającego" "feedback to the reporter" "зворотна інформація заявникові";
        Alert "ALERT" "alarm" "alert" "тривога";
        AckHuman "ACK_HUMAN" "potwierdzenie przez osobę" "acknowledgement by a person" "підтвердження особою";
        DiagRequest "DIAG_REQUEST" "prośba o wkład do diagnozy" "request for input to a diagnosis" "запит внеску до діагностики";
        DiagInput "DIAG_INPUT" "wkład do diagnozy" "input to a diagnosis" "внесок до діагностики";
        DiagShared "DIAG_SHARED" "wspólna diagnoza" "joint diagnosis" "спільна діагностика";
        ContractExtract "CONTRACT_EXTRACT" "wyciąg z kontraktu socjalnego" "extract of a social contract" "витяг із соціального контракту";
        IpwExtract "IPW_EXTRACT" "wyciąg z indywidualnego programu współpracy" "extract of an individual cooperation programme" "витяг з індивідуальної програми співпраці";
        PlanExtract "PLAN_EXTRACT" "wyciąg z indywidualnego planu usług społecznych" "extract of an individual service plan" "витяг з індивідуального плану послуг";
        BasketItem "BASKET_ITEM" "pozycja koszyka usług" "item of the basket of services" "позиція кошика послуг";
        BasketUpdate "BASKET_UPDATE" "stan realizacji" "progress of a service" "стан виконання";
        MonitoringNote "MONITORING_NOTE" "notatka z monitoringu" "monitoring note" "нотатка моніторингу";
        ZzkInvite "ZZK_INVITE" "zaproszenie zespołu zadaniowego" "invitation to the case team" "запрошення робочої групи справи";
        ZzkMinutes "ZZK_MINUTES" "protokół zespołu zadaniowego" "minutes of the case team" "протокол робочої групи справи";
        PzkInvite "PZK_INVITE" "zaproszenie partnerskiego zespołu kooperacji" "invitation to the partner team" "запрошення партнерської команди";
        PzkMinutes "PZK_MINUTES" "protokół partnerskiego zespołu kooperacji" "minutes of the partner team" "протокол партнерської команди";
        ResourceCard "RESOURCE_CARD" "karta zasobów instytucji" "resource card of an institution" "картка ресурсів установи";
        NkA "NK_A" "formularz „Niebieska Karta – A”" "Blue Card form A" "форма «Синя картка – A»";
        NkADispatch "NK_A_DISPATCH" "przekazanie formularza A do grupy" "form A passed to the group" "передання форми A групі";
        NkBRecord "NK_B_RECORD" "potwierdzenie wręczenia formularza B" "record that form B was handed over" "підтвердження вручення форми B";
        NkC "NK_C" "formularz „Niebieska Karta – C”" "Blue Card form C" "форма «Синя картка – C»";
        NkD "NK_D" "formularz „Niebieska Karta – D”" "Blue Card form D" "форма «Синя картка – D»";
        NkPlan "NK_PLAN" "indywidualny plan pomocy" "individual plan of help" "індивідуальний план допомоги";
        NkNote "NK_NOTE" "notatka grupy" "note of the group" "нотатка групи";
        NkClose "NK_CLOSE" "zakończenie procedury" "end of the procedure" "завершення процедури";
        NkMove "NK_MOVE" "przekazanie przy zmianie miejsca zamieszkania" "transfer after a move" "передання у зв’язку зі зміною місця проживання";
        CourtNotice "COURT_NOTICE" "zawiadomienie sądu opiekuńczego" "notice to the guardianship court" "повідомлення опікунського суду";
        CrimeNotice "CRIME_NOTICE" "zawiadomienie o możliwości popełnienia przestępstwa" "notice of a possible crime" "повідомлення про можливий злочин";
        KuratorQuery "KURATOR_QUERY" "zapytanie kuratora" "probation officer's query" "запит куратора";
        PoliceQuery "POLICE_QUERY" "wniosek Policji" "police query" "запит поліції";
        FosterInfo "FOSTER_INFO" "informacja w sprawie pieczy" "information on foster care" "інформація щодо прийомної опіки";
        TransferCase "TRANSFER_CASE" "przekazanie sprawy" "transfer of a case" "передання справи";
        MediationRequest "MEDIATION_REQUEST" "prośba o mediację" "request for mediation" "прохання про медіацію";
        MediationNote "MEDIATION_NOTE" "notatka mediatora" "mediator's note" "нотатка медіатора";
        ConsentGrant "CONSENT_GRANT" "zgoda – utworzenie" "consent – creation" "згода – створення";
        ConsentUpdate "CONSENT_UPDATE" "zgoda – zmiana" "consent – change" "згода – зміна";
        ConsentWithdraw "CONSENT_WITHDRAW" "zgoda – wycofanie" "consent – withdrawal" "згода – відкликання";
        ConsentWithdrawn "CONSENT_WITHDRAWN" "zawiadomienie o wycofaniu zgody" "notice of a withdrawn consent" "повідомлення про відкликання згоди";
        ConsentWithdrawnAnswer "CONSENT_WITHDRAWN_ANSWER" "odpowiedź na zawiadomienie o wycofaniu zgody" "answer to a notice of a withdrawn consent" "відповідь на повідомлення про відкликання згоди";
        GateRefusal "GATE_REFUSAL" "odmowa przyjęcia przez bramkę odbiorcy" "refusal by the recipient's gate" "відмова прийняття шлюзом отримувача";
        Closing "CLOSING" "zakończenie współpracy" "end of the cooperation" "завершення співпраці";
        FollowUp "FOLLOW_UP" "kontakt po zakończeniu" "contact after the end" "контакт після завершення";
        Stats "STATS" "dane zbiorcze" "aggregate data" "зведені дані";
        Admin "ADMIN" "ogłoszenie techniczne" "technical announcement" "технічне оголошення";
    }
}

codes! {
    /// What a reporter is told; never any content of the case.
    FeedbackCode {
        Received "RECEIVED" "przyjęto" "received" "прийнято";
        InProgress "IN_PROGRESS" "w toku" "in progress" "у роботі";
        NotCompetent "NOT_COMPETENT" "brak właściwości" "not competent" "не належить до компетенції";
        Closed "CLOSED" "zamknięto" "closed" "закрито";
    }
}

codes! {
    /// What would help an asker whose request was refused.
    HelpCode {
        Consent "H_CONSENT" "zgoda obejmująca ten zakres" "a consent that covers it" "згода, що це охоплює";
        StatutoryBasis "H_STATUTORY_BASIS" "wskazanie podstawy ustawowej" "naming a statutory basis" "зазначення законодавчої підстави";
        Narrower "H_NARROWER" "węższe pytanie" "a narrower question" "вужче запитання";
        OtherInstitution "H_OTHER_INSTITUTION" "pytanie do innej instytucji" "asking another institution" "запит до іншої установи";
        SecrecyRelease "H_SECRECY_RELEASE" "zwolnienie z tajemnicy zawodowej" "release from professional secrecy" "звільнення від професійної таємниці";
        FormalLetter "H_FORMAL_LETTER" "pismo formalne" "a formal letter" "офіційний лист";
        PersonDirectly "H_PERSON_DIRECTLY" "dokument przekaże sama osoba" "the person hands over the document" "документ передасть сама особа";
    }
}

codes! {
    /// What an institution did with content after the consent was withdrawn.
    KeptOrDeleted {
        Kept "KEPT_ON_BASIS" "zachowano na innej podstawie" "kept on another basis" "збережено на іншій підставі";
        Deleted "DELETED" "usunięto" "deleted" "видалено";
    }
}

codes! {
    /// How much of a consent a person withdraws; known only to the institution that recorded it.
    WithdrawalScope {
        All "ALL" "cała zgoda" "the whole consent" "уся згода";
        Recipient "RECIPIENT" "jeden odbiorca" "one recipient" "один отримувач";
        Category "CATEGORY" "wybrane kategorie" "some categories" "окремі категорії";
    }
}

codes! {
    /// What a notice of withdrawal says to one institution. It never tells whether others were named too.
    NoticeScope {
        Pair "PAIR" "wszystko między tymi dwiema instytucjami" "everything between the two institutions" "усе між цими двома установами";
        Categories "CATEGORIES" "część kategorii; obowiązuje węższa zgoda" "some categories; a narrower consent follows" "частина категорій; діє вужча згода";
    }
}

impl WithdrawalScope {
    /// What the notice to each concerned institution says.
    #[must_use]
    pub const fn notice(self) -> NoticeScope {
        match self {
            Self::All | Self::Recipient => NoticeScope::Pair,
            Self::Category => NoticeScope::Categories,
        }
    }
}
