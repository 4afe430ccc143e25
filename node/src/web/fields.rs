//! Names and values of a query or a posted form, repeated names included.

use std::collections::BTreeSet;

use wiez_proto::refusal::{Reason, Refusal};

/// Fields in the order in which they were sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `a=1&b=2`. Line ends become `\n`, as they were typed.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes).into_owned();
        Self(pairs.map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect())
    }

    /// The first value of a name, without space around it; empty when there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every name with its value, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same fields with one value of its own.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut fields = self.without(&[name]);
        fields.0.push((name.to_owned(), value.to_owned()));
        fields
    }

    /// The same fields without some.
    pub(super) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| !names.contains(&key.as_str())).cloned().collect())
    }

    /// The same fields without those that hold an address.
    pub(super) fn plain(&self) -> Self {
        Self(self.0.iter().filter(|(name, value)| !name.contains("//") && !value.contains("//")).cloned().collect())
    }

    /// The fields as a query: `a=1&b=2`.
    pub(super) fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// A code of a closed list.
    ///
    /// # Errors
    /// `FIELD_MISSING` when it is empty, `FIELD_INVALID` for anything that is no such code.
    pub(super) fn code<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, Refusal> {
        let text = self.get(name);
        if text.is_empty() {
            return Err(Refusal::new(Reason::FieldMissing).with("field", name));
        }
        text.parse().map_err(|_| Refusal::new(Reason::FieldInvalid).with("field", name))
    }

    /// A code of a closed list, or none where the field is empty.
    ///
    /// # Errors
    /// `FIELD_INVALID` for anything that is no such code.
    pub(super) fn code_or_none<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, Refusal> {
        if self.get(name).is_empty() { Ok(None) } else { self.code(name).map(Some) }
    }

    /// Codes of a closed list, from repeated fields or separated by commas.
    ///
    /// # Errors
    /// `FIELD_INVALID` for anything that is no such code.
    pub(super) fn codes<T: std::str::FromStr + Ord>(&self, name: &'static str) -> Result<BTreeSet<T>, Refusal> {
        let bad = || Refusal::new(Reason::FieldInvalid).with("field", name);
        let parts = self.all(name).flat_map(|value| value.split(',')).map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|_| bad())).collect()
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use wiez_proto::vocab::Category;

    #[test]
    fn repeated_fields_line_ends_and_odd_bytes_are_read() {
        let fields = Fields::read(b"a=1&a=2+3&text=x%0D%0Ay&name=%C5%BB%C3%B3%C5%82%C4%87&bad=%ff&k");
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2 3"]);
        assert_eq!((fields.get("text"), fields.get("name"), fields.get("k")), ("x\ny", "Żółć", ""));
        assert_eq!(fields.get("bad"), "\u{fffd}");
        assert_eq!(Fields::read(b"a=%C5%BB+x&b=%26").encoded(), "a=%C5%BB+x&b=%26");
        assert_eq!(fields.with("a", "9").all("a").collect::<Vec<_>>(), ["9"]);
        let codes = Fields::read(b"c=HEALTH&c=ID_NAME,HEALTH").codes::<Category>("c").unwrap();
        assert_eq!(codes.len(), 2);
        assert!(Fields::read(b"c=NONSENSE").codes::<Category>("c").is_err());
        assert_eq!(Fields::read(b"").code::<Category>("c").unwrap_err().reason, Reason::FieldMissing);
        assert_eq!(Fields::read(b"c=").code_or_none::<Category>("c").unwrap(), None);
    }
}
