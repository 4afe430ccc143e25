//! The institutions of the acceptance scenarios, all invented, and worlds in which some of them live.

use anyhow::{Context, Result};
use wiez_proto::vocab::InstitutionKind as K;

use crate::world::{MORNING_MS, World};

/// One institution of the scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixture {
    /// Its id.
    pub id: &'static str,
    /// What it is.
    pub kind: K,
    /// Its name for people.
    pub name: &'static str,
    /// TERYT code of its seat; the counties do not exist.
    pub teryt: &'static str,
}

const fn listed(id: &'static str, kind: K, name: &'static str, teryt: &'static str) -> Fixture {
    Fixture { id, kind, name, teryt }
}

/// Everybody.
pub const REGISTER: &[Fixture] = &[
    listed("n-rops-16", K::Rops, "ROPS Województwa Opolskiego (fikcyjny węzeł)", "16"),
    listed("n-rops-24", K::Rops, "ROPS Województwa Śląskiego (fikcyjny węzeł)", "24"),
    listed("n-ops-wier", K::Ops, "MOPS w Wierzbnie nad Odrą", "1640011"),
    listed("n-pcpr-nad", K::Pcpr, "PCPR Powiatu Nadodrzańskiego", "1640"),
    listed("n-sp3-wier", K::Szkola, "SP nr 3 w Wierzbnie nad Odrą", "1640011"),
    listed("n-ppp-nad", K::Ppp, "PPP w Wierzbnie nad Odrą", "1640"),
    listed("n-kpp-nad", K::Policja, "KPP w Wierzbnie nad Odrą", "1640"),
    listed("n-poz-zdr", K::Poz, "Przychodnia „Zdrowie nad Odrą”", "1640011"),
    listed("n-szp-nad", K::Szpital, "Szpital Powiatowy nad Odrą", "1640"),
    listed("n-zi-wier", K::Zi, "Zespół Interdyscyplinarny przy MOPS Wierzbno", "1640011"),
    listed("n-zi-strad", K::Zi, "Zespół Interdyscyplinarny przy GOPS Stradówka", "1640022"),
    listed("n-mdk-wier", K::Kultura, "Miejski Dom Kultury", "1640011"),
    listed("n-kur-nad", K::Kurator, "Zespół Kuratorskiej Służby Sądowej w Wierzbnie", "1640"),
    listed("n-gops-strad", K::Ops, "GOPS Stradówka", "1640022"),
    listed("n-mgops-bor", K::Ops, "MGOPS Borowin", "0450013"),
    listed("n-sp-bor", K::Szkola, "SP w Borowinie", "0450013"),
    listed("n-sp-bor-16", K::Szkola, "SP w Borowinie", "1640032"),
    listed("n-cus-czar", K::Cus, "CUS w Czarnowcu", "2450011"),
    listed("n-ptu-czar", K::Ptu, "Poradnia Terapii Uzależnień Czarnowiec", "2450011"),
    listed("n-ptu2-czar", K::Ptu, "Ośrodek Terapii „Przystań” Czarnowiec", "2450011"),
    listed("n-sr-czar", K::SadRod, "Sąd Rejonowy w Czarnowcu, III Wydział Rodzinny", "2450"),
];

/// Looks somebody up.
#[must_use]
pub fn fixture(id: &str) -> Option<&'static Fixture> {
    REGISTER.iter().find(|fixture| fixture.id == id)
}

impl World {
    /// A region in which each of these institutions has verified every row of the table.
    ///
    /// # Errors
    /// What hub or nodes refuse; an id that is not in the register.
    pub async fn cast(seed: u64, ids: &[&str]) -> Result<Self> {
        let mut world = Self::new(seed).await?;
        for id in ids {
            let Fixture { kind, name, .. } = fixture(id).with_context(|| format!("nobody is called {id}"))?;
            world.join(id, *kind, name).await?;
        }
        world.settle().await?;
        Ok(world)
    }

    /// A region as it is shipped: nobody has verified anything.
    ///
    /// # Errors
    /// As for [`World::cast`].
    pub async fn cast_unverified(seed: u64, ids: &[&str]) -> Result<Self> {
        Self::cast_unverified_on(seed, MORNING_MS, ids).await
    }

    /// As [`World::cast_unverified`], beginning at a moment in milliseconds since 1970.
    ///
    /// # Errors
    /// As for [`World::cast`].
    pub async fn cast_unverified_on(seed: u64, from_ms: i64, ids: &[&str]) -> Result<Self> {
        let mut world = Self::new_on(seed, from_ms).await?;
        for id in ids {
            world.join_unverified(id).await?;
        }
        world.settle().await?;
        Ok(world)
    }

    /// Lets somebody of the register join with a node as it is shipped.
    ///
    /// # Errors
    /// As for [`World::cast`].
    pub async fn join_unverified(&mut self, id: &str) -> Result<()> {
        let Fixture { kind, name, .. } = fixture(id).with_context(|| format!("nobody is called {id}"))?;
        self.join_with(id, *kind, name, |_| {}).await
    }
}
