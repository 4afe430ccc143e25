//! What people usually need an institution of a kind for, so that the directory is searched by need.

use wiez_proto::vocab::{InstitutionKind, ServiceCode};

/// Services that institutions of these kinds usually give. It only helps to find them: what a single institution gives
/// it says itself, and a referral for anything else is no mistake.
pub(super) fn services(kinds: &[InstitutionKind]) -> Vec<ServiceCode> {
    ServiceCode::ALL
        .iter()
        .copied()
        .filter(|service| givers(*service).iter().any(|kind| kinds.contains(kind)))
        .collect()
}

const fn givers(service: ServiceCode) -> &'static [InstitutionKind] {
    use InstitutionKind as K;
    use ServiceCode as S;
    match service {
        S::PracaSocjalna | S::Dozywianie => &[K::Ops, K::Cus],
        S::AsystentRodziny => &[K::Ops, K::Cus, K::Pcpr],
        S::UslugiOpiekuncze => &[K::Ops, K::Cus, K::Ddp],
        S::SpecUslugiOpiekuncze => &[K::Ops, K::Cus, K::Sds],
        S::PoradnictwoPsych => &[K::Pcpr, K::Oik, K::Ppp, K::Pzp, K::Czp, K::Sow],
        S::PoradnictwoPrawne => &[K::Pcpr, K::Oik, K::Sow, K::Starostwo, K::Ngo],
        S::PoradnictwoRodzinne | S::TerapiaRodzinna => &[K::Pcpr, K::Oik, K::Ppp],
        S::TerapiaUzaleznien => &[K::Ptu, K::Gkrpa],
        S::Mediacje => &[K::Pcpr, K::Oik, K::Ngo],
        S::PppDiagnoza | S::PppTerapia => &[K::Ppp],
        S::ZajeciaWyrownawcze => &[K::Szkola, K::Przedszkole],
        S::SwietlicaPwd => &[K::Pwd, K::Szkola],
        S::ZajeciaKultura => &[K::Kultura, K::Kosciol],
        S::ZajeciaSport => &[K::Sport],
        S::Rehabilitacja => &[K::Poz, K::Szpital, K::Wtz],
        S::ProfilaktykaZdr | S::PozWizyta => &[K::Poz],
        S::Psychiatria => &[K::Pzp, K::Czp, K::Szpital],
        S::RozwojDoroslych | S::Szkolenie => &[K::Pup, K::Pes, K::Ngo],
        S::AktywizacjaZaw => &[K::Pup, K::Pes, K::Wtz],
        S::CisKis => &[K::Pes, K::Ngo],
        S::MieszkanieChronione => &[K::Ops, K::Cus, K::Pcpr, K::Ug],
        S::Schronienie => &[K::Oik, K::Sow, K::Ngo],
        S::Transport => &[K::Ug, K::Cus],
        S::OpiekaWytchnieniowa => &[K::Ops, K::Cus, K::Ddp, K::Ngo],
        S::GrupaWsparcia => &[K::Oik, K::Pcpr, K::Ngo, K::Kosciol],
        S::KorekcyjnoEdukacyjny => &[K::Pcpr, K::Oik],
        S::Wolontariat => &[K::Ngo, K::Kosciol],
    }
}
