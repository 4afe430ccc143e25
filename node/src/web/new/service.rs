//! Which service of the basket is meant: by the words of the request, else by what an institution of that kind usually gives.

use wiez_proto::vocab::{InstitutionKind, Lang, ServiceCode};

use super::super::words::{folded, holds};

/// The service that a request names, or the usual one of the kind; none where a kind gives too many.
pub(super) fn fitting(request: &str, kind: InstitutionKind) -> Option<ServiceCode> {
    let request = folded(request);
    let named = ServiceCode::ALL.iter().copied().find(|service| holds(&request, service.label(Lang::Pl)));
    named.or_else(|| usual(kind))
}

const fn usual(kind: InstitutionKind) -> Option<ServiceCode> {
    use InstitutionKind as K;
    use ServiceCode as S;
    match kind {
        K::Ops | K::Cus => Some(S::PracaSocjalna),
        K::Pcpr => Some(S::PoradnictwoRodzinne),
        K::Oik => Some(S::PoradnictwoPsych),
        K::Sow => Some(S::Schronienie),
        K::Dps | K::Ddp => Some(S::UslugiOpiekuncze),
        K::Sds | K::Wtz | K::Pzoon => Some(S::Rehabilitacja),
        K::Pwd => Some(S::SwietlicaPwd),
        K::Szkola | K::Przedszkole | K::MowMos => Some(S::ZajeciaWyrownawcze),
        K::Ppp => Some(S::PppDiagnoza),
        K::Poz => Some(S::PozWizyta),
        K::Pzp | K::Czp => Some(S::Psychiatria),
        K::Ptu | K::Gkrpa => Some(S::TerapiaUzaleznien),
        K::Szpital => Some(S::ProfilaktykaZdr),
        K::Pup => Some(S::AktywizacjaZaw),
        K::Kultura => Some(S::ZajeciaKultura),
        K::Sport => Some(S::ZajeciaSport),
        K::Pes => Some(S::CisKis),
        K::Rops
        | K::Zi
        | K::Gdp
        | K::Pow
        | K::Oa
        | K::Policja
        | K::SadRod
        | K::Kurator
        | K::Prok
        | K::Zk
        | K::Sm
        | K::Ug
        | K::Starostwo
        | K::Ngo
        | K::Kosciol => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_request_count_before_the_kind() {
        let school = InstitutionKind::Szkola;
        assert_eq!(fitting("Proszę o dożywianie syna.", school), Some(ServiceCode::Dozywianie));
        assert_eq!(fitting("pomoc w nauce", school), Some(ServiceCode::ZajeciaWyrownawcze));
        assert_eq!(fitting("pomoc", InstitutionKind::Ngo), None);
    }
}
