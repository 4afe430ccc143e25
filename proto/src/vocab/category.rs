//! Categories of data about a person, how sensitive each is, and whether a consent can carry it.

codes! {
    /// What kind of fact a section of a message holds.
    Category {
        IdName "ID_NAME" "imię i nazwisko" "name and surname" "ім’я та прізвище";
        IdPesel "ID_PESEL" "numer PESEL" "PESEL number" "номер PESEL";
        Age "AGE" "wiek lub data urodzenia" "age or date of birth" "вік або дата народження";
        Address "ADDRESS" "adres zamieszkania lub pobytu" "address" "адреса проживання або перебування";
        LocationSafe "LOCATION_SAFE" "miejsce schronienia osoby doznającej przemocy" "shelter of a person suffering violence" "місце притулку особи, яка зазнає насильства";
        Contact "CONTACT" "telefon, e-mail, inny kontakt" "telephone, e-mail, other contact" "телефон, електронна пошта, інший контакт";
        Guardian "GUARDIAN" "przedstawiciel ustawowy, władza rodzicielska" "legal representative, parental authority" "законний представник, батьківські права";
        FamilyComp "FAMILY_COMP" "skład rodziny lub gospodarstwa" "members of the family or household" "склад сім’ї або домогосподарства";
        FamilySit "FAMILY_SIT" "sytuacja rodzinna" "family situation" "сімейна ситуація";
        Marital "MARITAL" "stan cywilny" "marital status" "сімейний стан";
        Kinship "KINSHIP" "pokrewieństwo" "kinship" "спорідненість";
        Material "MATERIAL" "sytuacja materialna, dochód, zadłużenie" "means, income, debt" "матеріальне становище, дохід, борги";
        Benefits "BENEFITS" "świadczenia z pomocy społecznej" "social assistance benefits" "виплати соціальної допомоги";
        Housing "HOUSING" "sytuacja mieszkaniowa" "housing situation" "житлова ситуація";
        Employment "EMPLOYMENT" "sytuacja zawodowa, bezrobocie" "employment, unemployment" "зайнятість, безробіття";
        EduPlace "EDU_PLACE" "szkoła i klasa" "school and class" "школа і клас";
        EduProgress "EDU_PROGRESS" "wyniki, frekwencja, zachowanie w szkole" "school results, attendance, behaviour" "навчальні результати, відвідування, поведінка";
        EduOpinion "EDU_OPINION" "opinia lub orzeczenie poradni" "opinion or ruling of an educational clinic" "висновок або рішення консультації";
        Health "HEALTH" "stan zdrowia somatycznego" "physical health" "стан фізичного здоров’я";
        HealthMental "HEALTH_MENTAL" "zdrowie psychiczne" "mental health" "психічне здоров’я";
        Disability "DISABILITY" "niepełnosprawność, orzeczenie" "disability, its ruling" "інвалідність, рішення про неї";
        Pregnancy "PREGNANCY" "ciąża" "pregnancy" "вагітність";
        Addiction "ADDICTION" "uzależnienia" "addictions" "залежності";
        Violence "VIOLENCE" "przemoc doznawana lub stosowana" "violence suffered or used" "насильство, зазнане або вчинене";
        Incident "INCIDENT" "opis zdarzenia" "description of an event" "опис події";
        Criminal "CRIMINAL" "skazania, postępowania karne, wykroczenia" "convictions, criminal proceedings, offences" "судимості, кримінальні провадження, правопорушення";
        CourtFamily "COURT_FAMILY" "orzeczenia opiekuńcze, nadzór kuratora" "family court rulings, probation supervision" "рішення сімейного суду, нагляд куратора";
        Foster "FOSTER" "piecza zastępcza, plan pomocy dziecku" "foster care, plan of help for the child" "прийомна опіка, план допомоги дитині";
        Origin "ORIGIN" "pochodzenie etniczne, obywatelstwo" "ethnic origin, citizenship" "етнічне походження, громадянство";
        Lang "LANG" "język" "language" "мова";
        Religion "RELIGION" "wyznanie" "religion" "віросповідання";
        Sexual "SEXUAL" "seksualność" "sexuality" "сексуальність";
        Assessment "ASSESSMENT" "ocena zawodowa pracownika" "a worker's professional assessment" "фахова оцінка працівника";
        PlanTasks "PLAN_TASKS" "zadania, terminy, usługi" "tasks, dates, services" "завдання, строки, послуги";
        Reporter "REPORTER" "tożsamość zgłaszającego lub świadka" "identity of a reporter or witness" "особа заявника або свідка";
        Logistics "LOGISTICS" "terminy, obecność, sprawy organizacyjne" "appointments, attendance, organisation" "строки, присутність, організаційні питання";
        None "NONE" "brak danych osobowych" "no personal data" "без персональних даних";
    }
}

impl Category {
    /// Sensitivity: 0 none, 1 ordinary, 2 ordinary of a vulnerable person, 3 special (art. 9 RODO), 4 criminal or an
    /// event that may hold anything (art. 10 RODO, worst case), 5 whereabouts and identity that must never leak.
    #[must_use]
    pub const fn sensitivity(self) -> u8 {
        use Category as C;
        match self {
            C::None => 0,
            C::IdName
            | C::Age
            | C::Contact
            | C::Marital
            | C::Kinship
            | C::Employment
            | C::EduPlace
            | C::Lang
            | C::PlanTasks
            | C::Logistics => 1,
            C::IdPesel
            | C::Address
            | C::Guardian
            | C::FamilyComp
            | C::FamilySit
            | C::Material
            | C::Benefits
            | C::Housing
            | C::EduProgress
            | C::CourtFamily
            | C::Foster
            | C::Assessment => 2,
            C::EduOpinion
            | C::Health
            | C::HealthMental
            | C::Disability
            | C::Pregnancy
            | C::Addiction
            | C::Violence
            | C::Origin
            | C::Religion
            | C::Sexual => 3,
            C::Incident | C::Criminal => 4,
            C::LocationSafe | C::Reporter => 5,
        }
    }

    /// Whether a consent must name it explicitly (art. 9(2)(a) RODO). The description of an event counts, because its
    /// free text may hold health and violence.
    #[must_use]
    pub const fn special(self) -> bool {
        self.sensitivity() == 3 || matches!(self, Self::Incident)
    }

    /// Whether it is about convictions and offences (art. 10 RODO), which need a provision of law.
    #[must_use]
    pub const fn criminal(self) -> bool {
        matches!(self, Self::Criminal)
    }

    /// Whether a consent can ever carry it. Never: criminal data, a shelter's place, a reporter's identity, religion,
    /// sexuality, ethnic origin – and nothing, which needs none.
    #[must_use]
    pub const fn consentable(self) -> bool {
        !matches!(
            self,
            Self::Criminal
                | Self::LocationSafe
                | Self::Reporter
                | Self::Religion
                | Self::Sexual
                | Self::Origin
                | Self::None
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Category;

    #[test]
    fn what_consent_cannot_carry() {
        let never: Vec<&str> = Category::ALL.iter().filter(|c| !c.consentable()).map(|c| c.code()).collect();
        assert_eq!(never, ["LOCATION_SAFE", "CRIMINAL", "ORIGIN", "RELIGION", "SEXUAL", "REPORTER", "NONE"]);
    }

    #[test]
    fn special_means_explicit_consent() {
        assert!(Category::Health.special() && Category::HealthMental.special() && Category::Incident.special());
        assert!(!Category::IdName.special() && !Category::Lang.special() && !Category::CourtFamily.special());
        assert!(Category::Criminal.criminal() && !Category::Incident.criminal());
    }
}
