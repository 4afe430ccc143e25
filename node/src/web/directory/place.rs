//! Counties by the first four digits of TERYT.

/// Counties of the region for which this program was written, after the register TERYT; others are shown by number.
const COUNTIES: &[(&str, &str)] = &[
    ("1601", "brzeski"),
    ("1602", "głubczycki"),
    ("1603", "kędzierzyńsko-kozielski"),
    ("1604", "kluczborski"),
    ("1605", "krapkowicki"),
    ("1606", "namysłowski"),
    ("1607", "nyski"),
    ("1608", "oleski"),
    ("1609", "opolski"),
    ("1610", "prudnicki"),
    ("1611", "strzelecki"),
    ("1661", "Opole"),
];

/// The number of the county; empty for what works in the whole region.
pub(super) fn county(teryt: &str) -> String {
    teryt.get(..4).unwrap_or_default().to_owned()
}

/// The county as people call it, with its number; the number alone of other regions.
pub(super) fn name(teryt: &str) -> String {
    let county = county(teryt);
    let known = COUNTIES.iter().find(|(number, _)| *number == county);
    match known {
        Some((number, name)) => format!("{name} ({number})"),
        None if county.is_empty() => teryt.to_owned(),
        None => county,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_is_found_in_its_county() {
        assert_eq!(name("1601011"), "brzeski (1601)");
        assert_eq!(name("0264"), "0264");
        assert_eq!((name("16"), county("16")), ("16".to_owned(), String::new()));
    }
}
