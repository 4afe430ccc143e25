//! The controlled vocabulary: closed lists of stable codes with Polish, English and Ukrainian names.
//!
//! A code is ASCII upper case, never renamed and never reused. An unknown code is refused where it enters;
//! nothing is passed through. All lists order themselves by code, so that a `BTreeSet` of codes iterates in
//! exactly the ascending order that the wire demands.

use std::fmt;

/// Languages in which every text for a person exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Polish, the working language.
    Pl,
    /// English.
    En,
    /// Ukrainian.
    Uk,
}

impl Lang {
    /// The three languages.
    pub const ALL: &'static [Self] = &[Self::Pl, Self::En, Self::Uk];

    /// Reads a locale such as `pl_PL.UTF-8`, `uk` or `en-GB`; anything else, `C` and `POSIX` included, is English.
    #[must_use]
    pub fn parse(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "pl" => Self::Pl,
            "uk" => Self::Uk,
            _ => Self::En,
        }
    }

    /// The BCP 47 tag: `pl`, `en` or `uk`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
            Self::Uk => "uk",
        }
    }

    /// Picks the text of this language from Polish, English, Ukrainian.
    #[must_use]
    pub const fn pick<T: Copy>(self, texts: [T; 3]) -> T {
        let [pl, en, uk] = texts;
        match self {
            Self::Pl => pl,
            Self::En => en,
            Self::Uk => uk,
        }
    }
}

/// A text that is no code of the list. It does not carry the text, which may be an attacker's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode {
    /// Name of the list, such as `Category`.
    pub list: &'static str,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown code of {}", self.list)
    }
}

impl std::error::Error for UnknownCode {}

/// Makes one closed list of codes. Each row: variant, code, Polish, English, Ukrainian.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident $code:literal $pl:literal $en:literal $uk:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $(#[doc = concat!("`", $code, "` – ", $en, " (", $pl, ").")] $variant,)+ }

        impl $name {
            /// Every code of the list, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The name that a person reads.
            #[must_use]
            pub const fn label(self, lang: $crate::vocab::Lang) -> &'static str {
                lang.pick(match self { $(Self::$variant => [$pl, $en, $uk]),+ })
            }

            /// Reads a code, exactly as written by [`Self::code`].
            ///
            /// # Errors
            /// [`UnknownCode`](crate::vocab::UnknownCode) for every other text.
            pub fn parse(code: &str) -> Result<Self, $crate::vocab::UnknownCode> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::vocab::UnknownCode { list: stringify!($name) }),
                }
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.code().cmp(other.code())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocab::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::parse(code)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&code).map_err(serde::de::Error::custom)
            }
        }
    };
}

mod basis;
mod category;
mod finding;
mod holiday;
mod institution;
mod message;
mod people;
mod referral;
mod service;
mod statutory;

pub use basis::{BasisClass, BasisCode, Purpose};
pub use category::Category;
pub use finding::Finding;
pub use holiday::Holiday;
pub use institution::{Area, InstitutionKind, JstLevel, Tier};
pub use message::{FeedbackCode, HelpCode, KeptOrDeleted, MessageKind, NoticeScope, WithdrawalScope};
pub use people::{Authority, EvidenceKind, GiverRole, WorkerRole};
pub use referral::{DeclineReason, Outcome, ReferralStatus, Urgency};
pub use service::ServiceCode;
pub use statutory::{
    AckCode, Flag, FormalChannel, MediationOutcome, Owed, PersonRole, SecrecyRegime, SecrecyRelease, SignalReason,
};

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;
    use std::collections::BTreeSet;

    /// Checks one list: codes are plain and unique, labels complete, reading is the inverse of writing.
    macro_rules! check {
        ($($list:ident),+) => {$({
            let codes: BTreeSet<&str> = $list::ALL.iter().map(|c| c.code()).collect();
            assert_eq!(codes.len(), $list::ALL.len(), "{} repeats a code", stringify!($list));
            for &item in $list::ALL {
                let code = item.code();
                assert!(code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'), "{code}");
                assert_eq!($list::parse(code).unwrap(), item);
                for &lang in Lang::ALL {
                    let label = item.label(lang);
                    assert!(!label.trim().is_empty() && label.trim() == label, "{code} {lang:?}");
                }
                let cyrillic = item.label(Lang::Uk).chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
                assert!(cyrillic, "{code} has no Ukrainian name");
                assert_eq!(serde_json::to_string(&item).unwrap(), format!("\"{code}\""));
                assert_eq!(serde_json::from_str::<$list>(&format!("\"{code}\"")).unwrap(), item);
            }
            assert!($list::parse("NO_SUCH_CODE").is_err());
            assert!($list::parse(&$list::ALL.iter().next().unwrap().code().to_ascii_lowercase()).is_err());
            let sorted: Vec<&str> = $list::ALL.iter().copied().collect::<BTreeSet<_>>().into_iter().map($list::code).collect();
            assert!(sorted.is_sorted(), "order by code");
        })+};
    }

    #[test]
    fn every_list_is_complete_and_unambiguous() {
        check!(
            Holiday,
            InstitutionKind,
            Area,
            JstLevel,
            Tier,
            Category,
            Purpose,
            BasisCode,
            BasisClass,
            Urgency,
            ReferralStatus,
            DeclineReason,
            Outcome,
            MessageKind,
            GiverRole,
            EvidenceKind,
            Authority,
            WorkerRole,
            ServiceCode,
            FeedbackCode,
            HelpCode,
            KeptOrDeleted,
            WithdrawalScope,
            NoticeScope,
            Finding,
            PersonRole,
            Flag,
            SecrecyRelease,
            SecrecyRegime,
            AckCode,
            SignalReason,
            MediationOutcome,
            FormalChannel,
            Owed
        );
    }

    #[test]
    fn locales_choose_a_language() {
        for (locale, lang) in [
            ("pl_PL.UTF-8", Lang::Pl),
            ("pl", Lang::Pl),
            ("PL-pl", Lang::Pl),
            ("uk_UA.UTF-8", Lang::Uk),
            ("uk", Lang::Uk),
            ("en_GB", Lang::En),
            ("C.UTF-8", Lang::En),
            ("POSIX", Lang::En),
            ("", Lang::En),
            ("ukelele", Lang::En),
        ] {
            assert_eq!(Lang::parse(locale), lang, "{locale}");
        }
    }

    #[test]
    fn an_unknown_code_does_not_repeat_the_text() {
        assert!(!Category::parse("44051401359").unwrap_err().to_string().contains("4405"));
    }
}
