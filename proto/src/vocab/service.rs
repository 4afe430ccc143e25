//! Services that a referral can ask for: the starter list of the basket.

codes! {
    /// One service of the basket.
    ServiceCode {
        PracaSocjalna "S_PRACA_SOCJALNA" "praca socjalna" "social work" "соціальна робота";
        AsystentRodziny "S_ASYSTENT_RODZINY" "asystent rodziny" "family assistant" "асистент сім’ї";
        UslugiOpiekuncze "S_USLUGI_OPIEKUNCZE" "usługi opiekuńcze" "care services" "послуги догляду";
        SpecUslugiOpiekuncze "S_SPEC_USLUGI_OPIEKUNCZE" "specjalistyczne usługi opiekuńcze" "specialist care services" "спеціалізовані послуги догляду";
        PoradnictwoPsych "S_PORADNICTWO_PSYCH" "poradnictwo psychologiczne" "psychological counselling" "психологічне консультування";
        PoradnictwoPrawne "S_PORADNICTWO_PRAWNE" "poradnictwo prawne" "legal counselling" "правове консультування";
        PoradnictwoRodzinne "S_PORADNICTWO_RODZINNE" "poradnictwo rodzinne" "family counselling" "сімейне консультування";
        TerapiaUzaleznien "S_TERAPIA_UZALEZNIEN" "terapia uzależnień" "addiction therapy" "лікування залежностей";
        TerapiaRodzinna "S_TERAPIA_RODZINNA" "terapia rodzinna" "family therapy" "сімейна терапія";
        Mediacje "S_MEDIACJE" "mediacje" "mediation" "медіація";
        PppDiagnoza "S_PPP_DIAGNOZA" "diagnoza w poradni psychologiczno-pedagogicznej" "diagnosis at an educational clinic" "діагностика в психолого-педагогічній консультації";
        PppTerapia "S_PPP_TERAPIA" "terapia w poradni psychologiczno-pedagogicznej" "therapy at an educational clinic" "терапія в психолого-педагогічній консультації";
        ZajeciaWyrownawcze "S_ZAJECIA_WYROWNAWCZE" "zajęcia wyrównawcze" "remedial classes" "додаткові заняття";
        SwietlicaPwd "S_SWIETLICA_PWD" "świetlica, placówka wsparcia dziennego" "day support unit" "заклад денної підтримки";
        Dozywianie "S_DOZYWIANIE" "dożywianie" "meals" "харчування";
        ZajeciaKultura "S_ZAJECIA_KULTURA" "zajęcia kulturalne" "cultural activities" "культурні заняття";
        ZajeciaSport "S_ZAJECIA_SPORT" "zajęcia sportowe" "sport activities" "спортивні заняття";
        Rehabilitacja "S_REHABILITACJA" "rehabilitacja" "rehabilitation" "реабілітація";
        ProfilaktykaZdr "S_PROFILAKTYKA_ZDR" "profilaktyka zdrowotna" "preventive health care" "профілактика здоров’я";
        Psychiatria "S_PSYCHIATRIA" "pomoc psychiatryczna" "psychiatric care" "психіатрична допомога";
        PozWizyta "S_POZ_WIZYTA" "wizyta w podstawowej opiece zdrowotnej" "primary care visit" "візит до сімейного лікаря";
        RozwojDoroslych "S_ROZWOJ_DOROSLYCH" "podniesienie poziomu edukacji dorosłych" "adult education" "освіта дорослих";
        AktywizacjaZaw "S_AKTYWIZACJA_ZAW" "aktywizacja zawodowa" "help into work" "професійна активізація";
        Szkolenie "S_SZKOLENIE" "szkolenie" "training" "навчання";
        CisKis "S_CIS_KIS" "centrum lub klub integracji społecznej" "social integration centre or club" "центр або клуб соціальної інтеграції";
        MieszkanieChronione "S_MIESZKANIE_CHRONIONE" "mieszkanie wspomagane" "supported housing" "підтримуване житло";
        Schronienie "S_SCHRONIENIE" "schronienie" "shelter" "притулок";
        Transport "S_TRANSPORT" "transport" "transport" "транспорт";
        OpiekaWytchnieniowa "S_OPIEKA_WYTCHNIENIOWA" "opieka wytchnieniowa" "respite care" "тимчасовий догляд";
        GrupaWsparcia "S_GRUPA_WSPARCIA" "grupa wsparcia" "support group" "група підтримки";
        KorekcyjnoEdukacyjny "S_KOREKCYJNO_EDUKACYJNY" "program korekcyjno-edukacyjny" "corrective and educational programme" "корекційно-освітня програма";
        Wolontariat "S_WOLONTARIAT" "wolontariat" "volunteering" "волонтерство";
    }
}
