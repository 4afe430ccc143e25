//! People around a consent and inside a node: who gave it, on what evidence, with what authority, who works with it.

codes! {
    /// Who gave a consent.
    GiverRole {
        SelfGiver "SELF" "osoba, której dane dotyczą" "the person concerned" "особа, якої стосуються дані";
        Parent "PARENT" "rodzic" "one parent" "один із батьків";
        BothParents "BOTH_PARENTS" "oboje rodzice" "both parents" "обоє батьків";
        Guardian "GUARDIAN" "opiekun prawny" "legal guardian" "опікун";
        FosterWithCourt "FOSTER_WITH_COURT" "rodzina zastępcza z upoważnieniem sądu" "foster carer with a court's authority" "прийомна сім’я з повноваженням суду";
        CuratorLegal "CURATOR_LEGAL" "opiekun lub kurator osoby ubezwłasnowolnionej" "guardian or curator of an incapacitated adult" "опікун або куратор недієздатної особи";
    }
}

codes! {
    /// What proves that a consent was given.
    EvidenceKind {
        PaperSigned "PAPER_SIGNED" "podpisany formularz papierowy" "signed paper form" "підписана паперова форма";
        ESigned "E_SIGNED" "podpis elektroniczny" "electronic signature" "електронний підпис";
        OralRecordedByWorker "ORAL_RECORDED_BY_WORKER" "oświadczenie ustne zapisane przez pracownika" "oral statement written down by a worker" "усна заява, записана працівником";
    }
}

codes! {
    /// Parental authority, as a ruling or its absence says.
    Authority {
        Full "FULL" "pełna władza rodzicielska" "full parental authority" "повні батьківські права";
        Limited "LIMITED" "władza rodzicielska ograniczona" "limited parental authority" "обмежені батьківські права";
        Suspended "SUSPENDED" "władza rodzicielska zawieszona" "suspended parental authority" "призупинені батьківські права";
        Deprived "DEPRIVED" "pozbawienie władzy rodzicielskiej" "deprived of parental authority" "позбавлення батьківських прав";
        Unknown "UNKNOWN" "nie ustalono" "not established" "не встановлено";
    }
}

codes! {
    /// What a person does at an institution.
    WorkerRole {
        PracownikSocjalny "PRACOWNIK_SOCJALNY" "pracownik socjalny" "social worker" "соціальний працівник";
        AsystentRodziny "ASYSTENT_RODZINY" "asystent rodziny" "family assistant" "асистент сім’ї";
        KoordynatorRpz "KOORDYNATOR_RPZ" "koordynator rodzinnej pieczy zastępczej" "foster-care coordinator" "координатор прийомної опіки";
        KoordynatorIpus "KOORDYNATOR_IPUS" "koordynator indywidualnych planów usług społecznych" "coordinator of individual service plans" "координатор індивідуальних планів послуг";
        Kierownik "KIEROWNIK" "kierownik" "manager" "керівник";
        Pedagog "PEDAGOG" "pedagog" "school counsellor" "педагог";
        Psycholog "PSYCHOLOG" "psycholog" "psychologist" "психолог";
        Dyrektor "DYREKTOR" "dyrektor" "head" "директор";
        Lekarz "LEKARZ" "lekarz" "doctor" "лікар";
        Pielegniarka "PIELEGNIARKA" "pielęgniarka" "nurse" "медсестра";
        Dzielnicowy "DZIELNICOWY" "dzielnicowy" "community police officer" "дільничний поліцейський";
        KuratorZaw "KURATOR_ZAW" "kurator zawodowy" "professional probation officer" "професійний куратор";
        PrzewodniczacyZi "PRZEWODNICZACY_ZI" "przewodniczący zespołu interdyscyplinarnego" "chair of the interdisciplinary team" "голова міждисциплінарної команди";
        SekretarzZi "SEKRETARZ_ZI" "sekretarz zespołu interdyscyplinarnego" "secretary of the interdisciplinary team" "секретар міждисциплінарної команди";
        AnimatorPzk "ANIMATOR_PZK" "animator partnerskiego zespołu kooperacji" "animator of the partner cooperation team" "аніматор партнерської команди";
        MediatorRops "MEDIATOR_ROPS" "mediator regionu" "mediator of the region" "медіатор регіону";
        AdminIt "ADMIN_IT" "administrator systemu" "system administrator" "системний адміністратор";
        Iod "IOD" "inspektor ochrony danych" "data-protection officer" "інспектор із захисту даних";
        Kancelaria "KANCELARIA" "kancelaria" "registry office" "канцелярія";
    }
}

impl WorkerRole {
    /// Whether the role may read case content. Administrators and the registry never do; a data-protection officer reads
    /// the record, not content.
    #[must_use]
    pub const fn reads_content(self) -> bool {
        !matches!(self, Self::AdminIt | Self::Kancelaria | Self::Iod)
    }
}

impl Authority {
    /// Whether a parent of this authority may consent, withdraw and receive.
    #[must_use]
    pub const fn may_decide(self) -> bool {
        matches!(self, Self::Full | Self::Limited)
    }
}
