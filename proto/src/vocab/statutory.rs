//! Codes of what needs no consent: roles of persons, flags, secrecy, reports, letters, and what is owed by when.

codes! {
    /// Which part a person has in a case of domestic violence, in the words of the domestic violence act.
    PersonRole {
        Suffering "SUFFERING" "osoba doznająca przemocy domowej" "person suffering domestic violence" "особа, яка зазнає домашнього насильства";
        Household "HOUSEHOLD" "inna osoba we wspólnym gospodarstwie" "other person of the household" "інша особа у спільному господарстві";
        Using "USING" "osoba stosująca przemoc domową" "person using domestic violence" "особа, яка застосовує домашнє насильство";
    }
}

codes! {
    /// Why a second person looks at a message that was not stopped.
    Flag {
        Unverified "UNVERIFIED" "podstawa niezatwierdzona w tej instytucji" "basis not verified at this institution" "підставу не підтверджено в цій установі";
        PolicyDiffers "POLICY_DIFFERS" "zasady nadawcy i odbiorcy różnią się" "rules of sender and recipient differ" "правила відправника й отримувача різняться";
        Quota "QUOTA" "pracownik przekroczył dzienną liczbę takich wiadomości" "the worker's daily number was exceeded" "працівник перевищив денну кількість таких повідомлень";
        Secrecy "SECRECY" "dane objęte tajemnicą zawodową" "data under professional secrecy" "дані під професійною таємницею";
        Special "SPECIAL" "dane, które zwykle potwierdza druga osoba" "data that a second person would confirm" "дані, які зазвичай підтверджує друга особа";
        FieldsMissing "FIELDS_MISSING" "brakuje wymaganych pól" "required fields are missing" "бракує обов’язкових полів";
        WorkerSignature "WORKER_SIGNATURE" "brakuje ważnego podpisu pracownika nadawcy" "the sender's worker did not sign validly" "немає чинного підпису працівника відправника";
        Override "OVERRIDE" "ujawniono osobę zgłaszającą" "the reporter was named" "розкрито особу заявника";
        Vital "VITAL" "ratowanie życia lub zdrowia" "saving life or health" "порятунок життя або здоров’я";
    }
}

codes! {
    /// What releases from professional secrecy.
    SecrecyRelease {
        Patient "PATIENT" "zgoda osoby chronionej tajemnicą" "release by the person whom the secrecy protects" "дозвіл особи, яку захищає таємниця";
        Statute "STATUTE" "przepis ustawy" "provision of a statute" "норма закону";
        Court "COURT" "postanowienie sądu" "ruling of a court" "рішення суду";
    }
}

codes! {
    /// A professional secrecy.
    SecrecyRegime {
        Medical "MEDICAL" "tajemnica medyczna" "medical secrecy" "медична таємниця";
        School "SCHOOL" "tajemnica szkoły lub poradni" "secrecy of a school or educational clinic" "таємниця школи або консультації";
        Police "POLICE" "tajemnica Policji" "secrecy of the police" "таємниця поліції";
    }
}

codes! {
    /// What a person answers at once to an alert, a notice or a form.
    AckCode {
        TakenOver "TAKEN_OVER" "przejęto" "taken over" "прийнято до дії";
        WillAttend "WILL_ATTEND" "weźmie udział" "will attend" "візьме участь";
        CannotAttend "CANNOT_ATTEND" "nie może wziąć udziału" "cannot attend" "не може взяти участі";
    }
}

codes! {
    /// Why somebody signals a need for support.
    SignalReason {
        SupportNeeded "SUPPORT_NEEDED" "rodzina potrzebuje wsparcia" "the family needs support" "сім’я потребує підтримки";
        ChildNeglected "CHILD_NEGLECTED" "zaniedbanie dziecka" "neglect of a child" "занедбання дитини";
        ViolenceSuspected "VIOLENCE_SUSPECTED" "podejrzenie przemocy" "suspected violence" "підозра насильства";
        HealthOrAge "HEALTH_OR_AGE" "wiek lub stan zdrowia" "age or state of health" "вік або стан здоров’я";
        Housing "HOUSING_LOSS" "zagrożenie utratą mieszkania" "danger of losing the home" "загроза втрати житла";
        Other "OTHER" "inny powód" "another reason" "інша причина";
    }
}

codes! {
    /// Where a mediation stands.
    MediationOutcome {
        ProposedProvider "PROPOSED_PROVIDER" "zaproponowano innego wykonawcę" "another provider proposed" "запропоновано іншого виконавця";
        ResolvedOtherProvider "RESOLVED_OTHER_PROVIDER" "rozwiązano – inny wykonawca" "resolved – another provider" "вирішено – інший виконавець";
        ResolvedSameProvider "RESOLVED_SAME_PROVIDER" "rozwiązano – ten sam wykonawca" "resolved – the same provider" "вирішено – той самий виконавець";
        NotResolved "NOT_RESOLVED" "nie rozwiązano" "not resolved" "не вирішено";
        AskingPartner "ASKING_PARTNER" "zapytano drugą instytucję" "the other institution was asked" "запитано іншу установу";
    }
}

codes! {
    /// How a formal letter went.
    FormalChannel {
        Ade "ADE" "e-Doręczenia" "electronic delivery (ADE)" "електронна доставка (ADE)";
        Epuap "EPUAP" "ePUAP" "ePUAP platform" "платформа ePUAP";
        Paper "PAPER" "pismo papierowe" "letter on paper" "паперовий лист";
    }
}

codes! {
    /// What an institution owes after a message, each with its own date.
    Owed {
        Answer "ANSWER" "odpowiedź" "answer" "відповідь";
        Review "REVIEW" "przegląd przez drugą osobę" "review by a second person" "перегляд другою особою";
        FormalRef "FORMAL_REF" "pismo formalne" "formal letter" "офіційний лист";
        FeedbackReceipt "FEEDBACK_RECEIPT" "informacja zwrotna o przyjęciu" "feedback at receipt" "зворотна інформація про прийняття";
        Feedback14 "FEEDBACK_14" "informacja zwrotna po 14 dniach" "feedback after 14 days" "зворотна інформація через 14 днів";
        FeedbackClosing "FEEDBACK_CLOSING" "informacja zwrotna przy zakończeniu" "feedback at closing" "зворотна інформація під час завершення";
        Dispatch "DISPATCH" "przekazanie członkom grupy" "passing on to the members of the group" "передання членам групи";
        Sitting "SITTING" "posiedzenie grupy" "sitting of the group" "засідання групи";
        Ack "ACK" "potwierdzenie przez osobę" "acknowledgement by a person" "підтвердження особою";
    }
}
