//! Who takes part: gathers a hub and seven institutions on this computer, and sends them home.

use std::path::Path;

use anyhow::{Context, Result};
use wiez_node::config::Settings;
use wiez_proto::env::Env;
use wiez_proto::vocab::{InstitutionKind, WorkerRole};
use wiez_tests::World;
use wiez_tests::staff::Staff;
use wiez_tests::tasks::Stopwatch;

use crate::telling::{Teller, seconds};

/// One institution of the demo and who works there.
struct Part {
    id: &'static str,
    kind: InstitutionKind,
    name: &'static str,
    staff: Staff,
    /// Whether its data-protection officer has verified the rows of the table.
    verified: bool,
}

const PARTS: &[Part] = &[
    Part {
        id: "ops",
        kind: InstitutionKind::Ops,
        name: "OPS Wierzbin",
        staff: Staff { login: "anna", name: "Anna Nowak", role: WorkerRole::PracownikSocjalny },
        verified: true,
    },
    Part {
        id: "pcpr",
        kind: InstitutionKind::Pcpr,
        name: "PCPR Wierzbin",
        staff: Staff { login: "jan", name: "Jan Lis", role: WorkerRole::KoordynatorRpz },
        verified: true,
    },
    Part {
        id: "sp3",
        kind: InstitutionKind::Szkola,
        name: "Szkoła Podstawowa nr 3",
        staff: Staff { login: "ewa", name: "Ewa Sosna", role: WorkerRole::Pedagog },
        verified: false,
    },
    Part {
        id: "poz",
        kind: InstitutionKind::Poz,
        name: "Przychodnia „Zdrowie”",
        staff: Staff { login: "olga", name: "Olga Klon", role: WorkerRole::Lekarz },
        verified: true,
    },
    Part {
        id: "kpp",
        kind: InstitutionKind::Policja,
        name: "Komenda Powiatowa Policji",
        staff: Staff { login: "adam", name: "Adam Grab", role: WorkerRole::Dzielnicowy },
        verified: true,
    },
    Part {
        id: "mosir",
        kind: InstitutionKind::Sport,
        name: "MOSiR (kultura i sport)",
        staff: Staff { login: "iga", name: "Iga Buk", role: WorkerRole::Kierownik },
        verified: true,
    },
    Part {
        id: "zi",
        kind: InstitutionKind::Zi,
        name: "Zespół Interdyscyplinarny",
        staff: Staff { login: "maria", name: "Maria Wiąz", role: WorkerRole::Kierownik },
        verified: false,
    },
];

/// Under which login somebody works at an institution.
pub(crate) fn login_at(id: &str) -> Result<&'static str> {
    let part = PARTS.iter().find(|part| part.id == id).with_context(|| format!("nobody is called {id}"))?;
    Ok(part.staff.login)
}

/// Starts the hub and lets everybody join through its real door.
pub(crate) async fn gather<'a>(teller: &Teller, home: &Path, stage: &'a mut Option<World>) -> Result<&'a mut World> {
    let world = stage.insert(World::open(Env::system(), home).await?);
    let row = |name: &str, state: &str, more: &str| teller.say(&format!("  {name:<30} {state:<12} {more}"));
    let hub = teller.pick("Hub „Województwo opolskie”", "Hub “Województwo opolskie”");
    let address = format!("https://{}", world.hub_running()?.local_addr());
    row(hub, teller.pick("działa", "runs"), &address);
    for part in PARTS {
        let watch = Stopwatch::start();
        let overlay = part.verified.then(|| world.overlay());
        let configure = |settings: &mut Settings| settings.overlay = overlay;
        world.join_staffed(part.id, part.kind, part.name, part.staff, configure).await?;
        let took = seconds(teller.lang(), watch.elapsed());
        row(part.name, teller.pick("w regionie", "has joined"), &took);
    }
    // Everybody has heard of everybody.
    world.settle().await?;
    teller.say("");
    Ok(world)
}

/// Stops whoever runs, then the hub.
pub(crate) async fn dismiss(world: &mut World) -> Result<()> {
    for id in world.ids() {
        if world.party(&id)?.is_up() {
            world.take_down(&id).await?;
        }
    }
    world.stop_hub().await
}
