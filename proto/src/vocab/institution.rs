//! Kinds of institutions, their area of cooperation and the level of local government they belong to.

codes! {
    /// What an institution is. The hub's rules work on these.
    InstitutionKind {
        Rops "ROPS" "regionalny ośrodek polityki społecznej" "regional social-policy centre" "регіональний осередок соціальної політики";
        Ops "OPS" "ośrodek pomocy społecznej" "municipal social assistance centre" "осередок соціальної допомоги";
        Cus "CUS" "centrum usług społecznych" "social services centre" "центр соціальних послуг";
        Pcpr "PCPR" "powiatowe centrum pomocy rodzinie" "county family support centre" "повітовий центр допомоги сім’ї";
        Zi "ZI" "zespół interdyscyplinarny" "interdisciplinary team" "міждисциплінарна команда";
        Gdp "GDP" "grupa diagnostyczno-pomocowa" "diagnostic-and-help group" "діагностично-допоміжна група";
        Gkrpa "GKRPA" "gminna komisja rozwiązywania problemów alkoholowych" "municipal alcohol-problems commission" "гмінна комісія з розв’язання алкогольних проблем";
        Oik "OIK" "ośrodek interwencji kryzysowej" "crisis intervention centre" "осередок кризового втручання";
        Sow "SOW" "specjalistyczny ośrodek wsparcia dla osób doznających przemocy domowej" "specialist support centre for people suffering domestic violence" "спеціалізований осередок підтримки осіб, які зазнають домашнього насильства";
        Pow "POW" "placówka opiekuńczo-wychowawcza" "residential child-care unit" "опікунсько-виховний заклад";
        Oa "OA" "ośrodek adopcyjny" "adoption centre" "осередок усиновлення";
        Dps "DPS" "dom pomocy społecznej" "residential care home" "будинок соціальної допомоги";
        Sds "SDS" "środowiskowy dom samopomocy" "community self-help home" "громадський будинок самодопомоги";
        Wtz "WTZ" "warsztat terapii zajęciowej" "occupational therapy workshop" "майстерня трудової терапії";
        Ddp "DDP" "dzienny dom pomocy" "day care home" "денний будинок допомоги";
        Pwd "PWD" "placówka wsparcia dziennego" "day support unit for children" "заклад денної підтримки дітей";
        Szkola "SZKOLA" "szkoła" "school" "школа";
        Przedszkole "PRZEDSZKOLE" "przedszkole" "kindergarten" "дитячий садок";
        Ppp "PPP" "poradnia psychologiczno-pedagogiczna" "psychological and pedagogical clinic" "психолого-педагогічна консультація";
        MowMos "MOW_MOS" "młodzieżowy ośrodek wychowawczy lub socjoterapii" "youth correctional-education or sociotherapy centre" "молодіжний виховний або соціотерапевтичний осередок";
        Poz "POZ" "przychodnia podstawowej opieki zdrowotnej" "primary care clinic" "амбулаторія первинної медичної допомоги";
        Pzp "PZP" "poradnia zdrowia psychicznego" "mental health clinic" "консультація психічного здоров’я";
        Czp "CZP" "centrum zdrowia psychicznego" "mental health centre" "центр психічного здоров’я";
        Ptu "PTU" "poradnia terapii uzależnień" "addiction clinic" "консультація лікування залежностей";
        Szpital "SZPITAL" "szpital" "hospital" "лікарня";
        Policja "POLICJA" "jednostka Policji" "police unit" "підрозділ поліції";
        SadRod "SAD_ROD" "sąd opiekuńczy (wydział rodzinny i nieletnich)" "family court" "сімейний суд";
        Kurator "KURATOR" "zespół kuratorskiej służby sądowej" "probation service" "служба судових кураторів";
        Prok "PROK" "prokuratura rejonowa" "prosecutor's office" "районна прокуратура";
        Zk "ZK" "zakład karny lub areszt śledczy" "prison or remand prison" "в’язниця або слідчий ізолятор";
        Sm "SM" "straż miejska lub gminna" "municipal guard" "міська або гмінна варта";
        Pup "PUP" "powiatowy urząd pracy" "county labour office" "повітове управління праці";
        Ug "UG" "urząd gminy lub miasta" "municipal office" "управління гміни або міста";
        Starostwo "STAROSTWO" "starostwo powiatowe" "county office" "повітове староство";
        Pzoon "PZOON" "powiatowy zespół do spraw orzekania o niepełnosprawności" "county disability assessment board" "повітова комісія з визначення інвалідності";
        Kultura "KULTURA" "dom kultury, biblioteka lub świetlica" "culture centre, library or community room" "будинок культури, бібліотека або клуб";
        Sport "SPORT" "ośrodek lub klub sportu i rekreacji" "sport and recreation centre or club" "осередок або клуб спорту і відпочинку";
        Ngo "NGO" "organizacja pozarządowa" "non-governmental organisation" "неурядова організація";
        Pes "PES" "podmiot ekonomii społecznej" "social-economy entity" "суб’єкт соціальної економіки";
        Kosciol "KOSCIOL" "parafia lub kościelna organizacja pomocowa" "parish or church aid body" "парафія або церковна благодійна організація";
    }
}

codes! {
    /// Areas of cooperation between sectors.
    Area {
        Edu "EDU" "edukacja" "education" "освіта";
        Zdr "ZDR" "ochrona zdrowia – profilaktyka" "health care and prevention" "охорона здоров’я – профілактика";
        Kul "KUL" "kultura i sport" "culture and sport" "культура і спорт";
        Sad "SAD" "sądownictwo i policja" "judiciary and police" "судочинство і поліція";
        Pom "POM" "pomoc i integracja społeczna" "social assistance and inclusion" "соціальна допомога та інтеграція";
        Ryn "RYN" "rynek pracy" "labour market" "ринок праці";
        Mie "MIE" "mieszkalnictwo" "housing" "житлові питання";
    }
}

codes! {
    /// Level of the unit of local government that an institution serves.
    JstLevel {
        GminaMiejska "GMINA_MIEJSKA" "gmina miejska" "urban municipality" "міська гміна";
        GminaWiejska "GMINA_WIEJSKA" "gmina wiejska" "rural municipality" "сільська гміна";
        GminaMiejskoWiejska "GMINA_MIEJSKO_WIEJSKA" "gmina miejsko-wiejska" "urban-rural municipality" "місько-сільська гміна";
        Powiat "POWIAT" "powiat" "county" "повіт";
        MiastoNpp "MIASTO_NPP" "miasto na prawach powiatu" "city with county rights" "місто з правами повіту";
        Wojewodztwo "WOJEWODZTWO" "województwo" "voivodeship" "воєводство";
        PanstwoLok "PANSTWO_LOK" "jednostka państwowa w terenie" "local unit of the state" "місцевий підрозділ держави";
        PozaJst "POZA_JST" "poza samorządem" "outside local government" "поза місцевим самоврядуванням";
    }
}

codes! {
    /// On which tier a kind of institution usually works. A single institution may differ; its directory entry says so.
    Tier {
        Gmina "GMINA" "gmina" "municipality" "гміна";
        Powiat "POWIAT" "powiat" "county" "повіт";
        Wojewodztwo "WOJ" "województwo" "voivodeship" "воєводство";
        PanstwoLok "PANSTWO_LOK" "państwo w terenie" "local unit of the state" "держава на місцях";
    }
}

impl InstitutionKind {
    /// Area of cooperation; `None` for kinds that work in any (NGO, church body, county office).
    #[must_use]
    pub const fn area(self) -> Option<Area> {
        use InstitutionKind as K;
        match self {
            K::Rops
            | K::Ops
            | K::Cus
            | K::Pcpr
            | K::Zi
            | K::Gdp
            | K::Oik
            | K::Sow
            | K::Pow
            | K::Oa
            | K::Dps
            | K::Sds
            | K::Wtz
            | K::Ddp => Some(Area::Pom),
            K::Pwd | K::Szkola | K::Przedszkole | K::Ppp | K::MowMos => Some(Area::Edu),
            K::Gkrpa | K::Poz | K::Pzp | K::Czp | K::Ptu | K::Szpital | K::Pzoon => Some(Area::Zdr),
            K::Policja | K::SadRod | K::Kurator | K::Prok | K::Zk | K::Sm => Some(Area::Sad),
            K::Pup | K::Pes => Some(Area::Ryn),
            K::Ug => Some(Area::Mie),
            K::Kultura | K::Sport => Some(Area::Kul),
            K::Starostwo | K::Ngo | K::Kosciol => None,
        }
    }

    /// Usual tier; `None` where there is none. A school is counted with the municipality although some belong to the county.
    #[must_use]
    pub const fn level(self) -> Option<Tier> {
        use InstitutionKind as K;
        match self {
            K::Ops
            | K::Cus
            | K::Zi
            | K::Gdp
            | K::Gkrpa
            | K::Pwd
            | K::Szkola
            | K::Przedszkole
            | K::Sm
            | K::Ug
            | K::Kultura
            | K::Sport => Some(Tier::Gmina),
            K::Pcpr | K::Oik | K::Sow | K::Pow | K::Ppp | K::MowMos | K::Szpital | K::Pup | K::Starostwo | K::Pzoon => {
                Some(Tier::Powiat)
            }
            K::Rops | K::Oa => Some(Tier::Wojewodztwo),
            K::Policja | K::SadRod | K::Kurator | K::Prok | K::Zk => Some(Tier::PanstwoLok),
            K::Dps | K::Sds | K::Wtz | K::Ddp | K::Poz | K::Pzp | K::Czp | K::Ptu | K::Ngo | K::Pes | K::Kosciol => {
                None
            }
        }
    }

    /// Whether a consent can never be the basis of a message to this kind: police, prosecutor, family court.
    /// They act on statutes; a consent given to an authority that can compel is not free.
    #[must_use]
    pub const fn refuses_consent(self) -> bool {
        matches!(self, Self::Policja | Self::Prok | Self::SadRod)
    }
}
