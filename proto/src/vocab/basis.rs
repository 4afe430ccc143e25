//! Why content may pass: classes of basis that the hub sees, codes of the legal basis that only the parties see, purposes.

codes! {
    /// The class of a basis, all that a hub learns of it.
    BasisClass {
        NoPersonalData "NO_PERSONAL_DATA" "bez danych osobowych" "no personal data" "без персональних даних";
        Consent "CONSENT" "zgoda" "consent" "згода";
        Statutory "STATUTORY" "podstawa ustawowa" "statutory basis" "законодавча підстава";
        VitalInterest "VITAL_INTEREST" "ochrona życia lub zdrowia" "protection of life or health" "захист життя або здоров’я";
    }
}

codes! {
    /// The legal basis of one message.
    BasisCode {
        C6a "C6A" "zgoda, art. 6 ust. 1 lit. a RODO" "consent, art. 6(1)(a) GDPR" "згода, ст. 6(1)(a) GDPR";
        C9a "C9A" "wyraźna zgoda, art. 9 ust. 2 lit. a RODO" "explicit consent, art. 9(2)(a) GDPR" "явна згода, ст. 9(2)(a) GDPR";
        Vital "VITAL" "żywotne interesy, art. 6 ust. 1 lit. d i art. 9 ust. 2 lit. c RODO" "vital interests, art. 6(1)(d) and 9(2)(c) GDPR" "життєві інтереси, ст. 6(1)(d) і 9(2)(c) GDPR";
        Uppd9d "UPPD_9D" "procedura „Niebieskie Karty”, art. 9d ustawy o przeciwdziałaniu przemocy domowej" "Blue Card procedure, art. 9d of the domestic violence act" "процедура «Сині картки», ст. 9d закону про протидію домашньому насильству";
        Uppd9c "UPPD_9C" "praca zespołu interdyscyplinarnego, art. 9c ustawy o przeciwdziałaniu przemocy domowej" "work of the interdisciplinary team, art. 9c of the domestic violence act" "робота міждисциплінарної команди, ст. 9c закону про протидію домашньому насильству";
        Ups100 "UPS_100" "zadania własne, art. 100 ustawy o pomocy społecznej" "own tasks, art. 100 of the social assistance act" "власні завдання, ст. 100 закону про соціальну допомогу";
        Ups105 "UPS_105" "wniosek o dane, art. 105 ustawy o pomocy społecznej" "request for data, art. 105 of the social assistance act" "запит даних, ст. 105 закону про соціальну допомогу";
        Ups101 "UPS_101" "zmiana właściwości, art. 101 ustawy o pomocy społecznej" "change of competence, art. 101 of the social assistance act" "зміна підвідомчості, ст. 101 закону про соціальну допомогу";
        Uwr16 "UWR_16" "asystent rodziny, art. 16 ustawy o wspieraniu rodziny" "family assistant, art. 16 of the family support act" "асистент сім’ї, ст. 16 закону про підтримку сім’ї";
        UwrFoster "UWR_FOSTER" "zadania pieczy zastępczej, ustawa o wspieraniu rodziny" "foster-care tasks, family support act" "завдання прийомної опіки, закон про підтримку сім’ї";
        Kpc572 "KPC_572" "zawiadomienie sądu opiekuńczego, art. 572 kpc" "notice to the guardianship court, art. 572 kpc" "повідомлення опікунського суду, ст. 572 ЦПК Польщі";
        Kpk304 "KPK_304" "zawiadomienie o przestępstwie, art. 304 kpk" "notice of a crime, art. 304 kpk" "повідомлення про злочин, ст. 304 КПК Польщі";
        Kur9 "KUR_9" "żądanie kuratora, art. 9 ustawy o kuratorach sądowych" "probation officer's demand, art. 9 of the probation act" "вимога куратора, ст. 9 закону про судових кураторів";
        CourtOrder "COURT_ORDER" "orzeczenie lub żądanie sądu albo prokuratora" "ruling or order of a court or prosecutor" "рішення або вимога суду чи прокурора";
        PolReq "POL_REQ" "wniosek Policji, art. 14 i 20 ustawy o Policji" "police request, art. 14 and 20 of the police act" "запит поліції, ст. 14 і 20 закону про поліцію";
        UcusPlan "UCUS_PLAN" "indywidualny plan usług społecznych" "individual plan of social services" "індивідуальний план соціальних послуг";
        Kamilka "KAMILKA" "standardy ochrony małoletnich" "standards for the protection of minors" "стандарти захисту неповнолітніх";
        NoPd "NO_PD" "brak danych osobowych" "no personal data" "без персональних даних";
    }
}

codes! {
    /// What content is sent for. A reply keeps the purpose of its question.
    Purpose {
        Assist "P_ASSIST" "udzielenie pomocy" "giving help" "надання допомоги";
        Diag "P_DIAG" "wspólna diagnoza" "joint diagnosis" "спільна діагностика";
        Contract "P_CONTRACT" "kontrakt lub plan" "contract or plan" "контракт або план";
        Service "P_SERVICE" "realizacja usługi" "carrying out a service" "надання послуги";
        Monitor "P_MONITOR" "monitorowanie" "monitoring" "моніторинг";
        Violence "P_VIOLENCE" "przeciwdziałanie przemocy domowej" "countering domestic violence" "протидія домашньому насильству";
        Child "P_CHILD" "ochrona dziecka" "protection of a child" "захист дитини";
        Foster "P_FOSTER" "piecza zastępcza" "foster care" "прийомна опіка";
        Court "P_COURT" "postępowanie sądowe" "court proceedings" "судове провадження";
        Crime "P_CRIME" "zawiadomienie o przestępstwie" "notice of a crime" "повідомлення про злочин";
        Safety "P_SAFETY" "ratowanie życia" "saving a life" "порятунок життя";
        Transfer "P_TRANSFER" "zmiana właściwości miejscowej" "change of local competence" "зміна територіальної підвідомчості";
        Mediate "P_MEDIATE" "mediacja regionu" "mediation by the region" "медіація регіону";
        Stats "P_STATS" "statystyka" "statistics" "статистика";
        Admin "P_ADMIN" "organizacja współpracy" "organisation of the cooperation" "організація співпраці";
    }
}

impl BasisClass {
    /// The number on the wire, 1 to 4.
    #[must_use]
    pub const fn wire(self) -> i32 {
        match self {
            Self::NoPersonalData => 1,
            Self::Consent => 2,
            Self::Statutory => 3,
            Self::VitalInterest => 4,
        }
    }

    /// Reads the number on the wire; `None` for every number but 1 to 4.
    #[must_use]
    pub const fn from_wire(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::NoPersonalData),
            2 => Some(Self::Consent),
            3 => Some(Self::Statutory),
            4 => Some(Self::VitalInterest),
            _ => None,
        }
    }
}

impl BasisCode {
    /// The class under which the hub sees it. A plan of social services is forwarded with the applicant's consent and
    /// counts as consent.
    #[must_use]
    pub const fn class(self) -> BasisClass {
        use BasisCode as B;
        match self {
            B::C6a | B::C9a | B::UcusPlan => BasisClass::Consent,
            B::Vital => BasisClass::VitalInterest,
            B::NoPd => BasisClass::NoPersonalData,
            B::Uppd9d
            | B::Uppd9c
            | B::Ups100
            | B::Ups105
            | B::Ups101
            | B::Uwr16
            | B::UwrFoster
            | B::Kpc572
            | B::Kpk304
            | B::Kur9
            | B::CourtOrder
            | B::PolReq
            | B::Kamilka => BasisClass::Statutory,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BasisClass;

    #[test]
    fn wire_numbers_are_frozen() {
        let numbers: Vec<i32> = BasisClass::ALL.iter().map(|c| c.wire()).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        for &class in BasisClass::ALL {
            assert_eq!(BasisClass::from_wire(class.wire()), Some(class));
        }
        assert!([-1, 0, 5].iter().all(|n| BasisClass::from_wire(*n).is_none()));
    }
}
