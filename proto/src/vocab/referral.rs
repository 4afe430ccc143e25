//! States of a referral, why one is declined, how it ended, how urgent a message is.

codes! {
    /// Where a referral stands.
    ReferralStatus {
        Draft "DRAFT" "szkic" "draft" "чернетка";
        Held "HELD" "zatrzymane – brak podstawy" "held – no basis" "затримано – немає підстави";
        Queued "QUEUED" "oczekuje na wysłanie" "waiting to be sent" "очікує надсилання";
        Sent "SENT" "wysłane, czeka w hubie" "sent, waiting in the hub" "надіслано, чекає у хабі";
        Delivered "DELIVERED" "doręczone" "delivered" "доставлено";
        Opened "OPENED" "otwarte" "opened" "відкрито";
        NeedInfo "NEED_INFO" "potrzebne uzupełnienie" "more information needed" "потрібне уточнення";
        Accepted "ACCEPTED" "przyjęte" "accepted" "прийнято";
        Declined "DECLINED" "odrzucone" "declined" "відхилено";
        Forwarded "FORWARDED" "przekazane dalej" "forwarded" "передано далі";
        RedirectProposed "REDIRECT_PROPOSED" "zaproponowano innego odbiorcę" "another recipient proposed" "запропоновано іншого отримувача";
        Waitlisted "WAITLISTED" "na liście oczekujących" "on the waiting list" "у списку очікування";
        InProgress "IN_PROGRESS" "w realizacji" "in progress" "виконується";
        Completed "COMPLETED" "zakończone" "completed" "завершено";
        Interrupted "INTERRUPTED" "przerwane" "interrupted" "перервано";
        ClosedNoContact "CLOSED_NO_CONTACT" "zamknięte – brak kontaktu" "closed – no contact" "закрито – немає контакту";
        Recalled "RECALLED" "cofnięte przez nadawcę przed otwarciem" "recalled before opening" "відкликано до відкриття";
        Expired "EXPIRED" "wygasłe" "expired" "строк минув";
        CancelledConsent "CANCELLED_CONSENT" "zamknięte – zgoda wycofana" "closed – consent withdrawn" "закрито – згоду відкликано";
        CancelledBySender "CANCELLED_BY_SENDER" "wycofane przez nadawcę" "withdrawn by the sender" "скасовано відправником";
        InMediation "IN_MEDIATION" "w mediacji" "in mediation" "у медіації";
    }
}

codes! {
    /// Why a referral or a request is declined.
    DeclineReason {
        NotCompetent "R_NOT_COMPETENT" "brak właściwości" "not competent" "не належить до компетенції";
        OtherArea "R_OTHER_AREA" "inny rejon lub obwód" "another district" "інший район";
        NoCapacity "R_NO_CAPACITY" "brak miejsc" "no places" "немає місць";
        Criteria "R_CRITERIA" "nie spełnia kryteriów" "criteria not met" "не відповідає критеріям";
        Age "R_AGE" "wiek" "age" "вік";
        PersonRefused "R_PERSON_REFUSED" "osoba odmówiła" "the person refused" "особа відмовилася";
        NoContact "R_NO_CONTACT" "brak kontaktu" "no contact" "немає контакту";
        Duplicate "R_DUPLICATE" "usługa jest już udzielana" "the service is already given" "послуга вже надається";
        NoBasis "R_NO_BASIS" "brak podstawy prawnej" "no legal basis" "немає правової підстави";
        ConsentInsufficient "R_CONSENT_INSUFFICIENT" "zgoda nie obejmuje" "the consent does not cover it" "згода цього не охоплює";
        Incomplete "R_INCOMPLETE" "braki w skierowaniu" "incomplete" "бракує даних";
        Cost "R_COST" "brak finansowania" "no funding" "немає фінансування";
        Conflict "R_CONFLICT" "konflikt interesów" "conflict of interest" "конфлікт інтересів";
        Unsafe "R_UNSAFE" "zagrożenie bezpieczeństwa" "a danger to safety" "загроза безпеці";
        Other "R_OTHER" "inny powód" "another reason" "інша причина";
    }
}

codes! {
    /// How a referral ended.
    Outcome {
        Reached "O_REACHED" "cel osiągnięty" "goal reached" "мету досягнуто";
        Partly "O_PARTLY" "cel osiągnięty częściowo" "goal partly reached" "мету досягнуто частково";
        NotReached "O_NOT_REACHED" "cel nieosiągnięty" "goal not reached" "мету не досягнуто";
        PersonResigned "O_PERSON_RESIGNED" "osoba zrezygnowała" "the person resigned" "особа відмовилася від послуги";
        Moved "O_MOVED" "osoba zmieniła miejsce zamieszkania" "the person moved" "особа змінила місце проживання";
        NoContact "O_NO_CONTACT" "brak kontaktu z osobą" "no contact with the person" "немає контакту з особою";
    }
}

codes! {
    /// How urgent the sender calls a message.
    Urgency {
        U0Life "U0_LIFE" "zagrożenie życia lub zdrowia – najpierw 112" "danger to life or health – call 112 first" "загроза життю чи здоров’ю – спочатку 112";
        U1H24 "U1_24H" "pilne" "within 24 hours" "терміново";
        U2Urgent "U2_URGENT" "niecierpiące zwłoki" "urgent" "невідкладно";
        U3Normal "U3_NORMAL" "zwykłe" "ordinary" "звичайно";
        U4Planned "U4_PLANNED" "planowe" "planned" "планово";
    }
}

impl ReferralStatus {
    /// Whether a provider says this to the referrer in a `REFERRAL_STATUS`. The other states follow from receipts,
    /// clocks and the sender's own acts, and nobody can claim them in a message.
    #[must_use]
    pub const fn reportable(self) -> bool {
        use ReferralStatus as S;
        match self {
            S::Opened
            | S::NeedInfo
            | S::Accepted
            | S::Declined
            | S::Forwarded
            | S::RedirectProposed
            | S::Waitlisted
            | S::InProgress
            | S::Completed
            | S::Interrupted
            | S::ClosedNoContact => true,
            S::Draft
            | S::Held
            | S::Queued
            | S::Sent
            | S::Delivered
            | S::Recalled
            | S::Expired
            | S::CancelledConsent
            | S::CancelledBySender
            | S::InMediation => false,
        }
    }

    /// Whether the status closes the work and therefore needs an [`Outcome`].
    #[must_use]
    pub const fn needs_outcome(self) -> bool {
        matches!(self, Self::Completed | Self::Interrupted | Self::ClosedNoContact)
    }
}
