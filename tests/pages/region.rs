//! The region whose pages are tried: a centre with a full house, a school, a family centre, a clinic, the police.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wiez_node::account::AccessRole;
use wiez_node::config::{Pages, Settings};
use wiez_node::join::{first_code, join};
use wiez_node::tasks::Running;
use wiez_node::{Node, web};
use wiez_proto::env::LastResort;
use wiez_proto::vocab::{InstitutionKind, WorkerRole};
use wiez_tests::World;
use wiez_tests::party::PASSPHRASE;
use wiez_tests::staff::{ANNA, PASSWORD};
use wiez_tests::tasks::spawn;

use crate::fixture;
use crate::people::{Person, Wanted, employ};

/// Decides what is drawn.
const SEED: u64 = 4;
/// The institutions with a node and pages.
const PARTS: &[(&str, InstitutionKind, &str)] = &[
    ("ops", InstitutionKind::Ops, "Ośrodek Pomocy Społecznej w Wierzbinie"),
    ("pcpr", InstitutionKind::Pcpr, "Powiatowe Centrum Pomocy Rodzinie"),
    ("sp3", InstitutionKind::Szkola, "Szkoła Podstawowa nr 3"),
    ("poz", InstitutionKind::Poz, "Przychodnia Zdrowie"),
    ("kpp", InstitutionKind::Policja, "Komenda Powiatowa Policji"),
];

/// Somebody whose first page is the paper code.
const NEWCOMER: &str = "gok";

/// Who works where, beside the first kierownik whom the harness makes.
const STAFF: &[(&str, Wanted)] = &[
    ("ops", wanted("ewa", "Ewa Kos", AccessRole::Pracownik, WorkerRole::PracownikSocjalny, false)),
    ("ops", wanted("olga", "Olga Lis", AccessRole::Pracownik, WorkerRole::PracownikSocjalny, true)),
    ("ops", wanted("iga", "Iga Bąk", AccessRole::Pracownik, WorkerRole::PracownikSocjalny, false)),
    ("ops", wanted("marta", "Marta Szulc", AccessRole::Koordynator, WorkerRole::KoordynatorRpz, false)),
    ("ops", wanted("marek", "Marek Wilk", AccessRole::Administrator, WorkerRole::AdminIt, false)),
    ("ops", wanted("irena", "Irena Iod", AccessRole::Iod, WorkerRole::Iod, false)),
    ("sp3", wanted("piotr", "Piotr Sosna", AccessRole::Kierownik, WorkerRole::Pedagog, false)),
    ("pcpr", wanted("jan", "Jan Klon", AccessRole::Kierownik, WorkerRole::KoordynatorRpz, false)),
    ("poz", wanted("zofia", "Zofia Brzoza", AccessRole::Kierownik, WorkerRole::Lekarz, false)),
    ("kpp", wanted("adam", "Adam Grab", AccessRole::Kierownik, WorkerRole::Dzielnicowy, false)),
];

const fn wanted(
    login: &'static str,
    name: &'static str,
    role: AccessRole,
    worker_role: WorkerRole,
    sheet: bool,
) -> Wanted {
    Wanted { login, name, role, worker_role, sheet }
}

/// The kierownik whom the harness makes everywhere; everything comes to her.
fn anna() -> Person {
    Person { login: ANNA.login.to_owned(), password: PASSWORD.to_owned(), name: ANNA.name.to_owned(), codes: vec![] }
}

/// Pages that are served until told otherwise.
struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// An institution that has just joined: nobody works there yet.
struct Newcomer {
    node: Arc<Node>,
    running: Running,
    code: String,
}

/// The region, whose clock only moves while somebody uses it.
pub(crate) struct Region {
    pub(crate) world: World,
    newcomer: Newcomer,
    pub(crate) people: BTreeMap<(String, String), Person>,
    served: BTreeMap<String, Served>,
}

impl Region {
    /// Everybody has joined, has people and serves pages; the centre has its persons and its directory.
    pub(crate) async fn open() -> Result<Self> {
        let mut world = World::new(SEED).await?;
        // All of a region join from this machine within a minute.
        world.hub_config.quota.redeem_per_minute = 10_000;
        world.restart_hub().await?;
        for (id, kind, name) in PARTS {
            world.join(id, *kind, name).await?;
        }
        fixture::neighbours(&world).await?;
        world.settle().await?;
        let (mut people, mut served) = (BTreeMap::new(), BTreeMap::new());
        for (id, ..) in PARTS {
            people.insert(((*id).to_owned(), ANNA.login.to_owned()), anna());
        }
        for (at, wanted) in STAFF {
            let kierownik = world.party(at)?.reader().await?;
            let person = employ(world.node(at)?, &kierownik, wanted);
            let person = world.meanwhile("somebody is employed", person).await??;
            people.insert(((*at).to_owned(), wanted.login.to_owned()), person);
        }
        // After the people: what is there when somebody gets keys is wrapped once more for each.
        fixture::persons(&world).await?;
        for (id, ..) in PARTS {
            served.insert((*id).to_owned(), serve(Arc::clone(world.node(id)?)).await?);
        }
        let newcomer = Newcomer::join(&world).await?;
        served.insert(NEWCOMER.to_owned(), serve(Arc::clone(&newcomer.node)).await?);
        Ok(Self { world, newcomer, people, served })
    }

    /// Addresses and accounts for a script.
    pub(crate) fn places(&self) -> Value {
        let at = |(id, served): (&String, &Served)| {
            let here = self.people.iter().filter(|((at, _), _)| at == id);
            let people: BTreeMap<_, _> = here.map(|((_, login), person)| (login.clone(), person)).collect();
            let code = if id == NEWCOMER { self.newcomer.code.as_str() } else { "" };
            (id.clone(), json!({"base": format!("http://{}", served.address), "people": people, "code": code}))
        };
        self.served.iter().map(at).collect::<serde_json::Map<_, _>>().into()
    }

    /// Stops everything in order.
    pub(crate) async fn close(mut self) -> Result<()> {
        for served in self.served.into_values() {
            served.stop.send_replace(true);
            self.world.meanwhile("pages stop", served.task).await??;
        }
        self.world.meanwhile("the newcomer stops", self.newcomer.running.stop()).await?;
        for id in self.world.ids() {
            self.world.take_down(&id).await?;
        }
        self.world.stop_hub().await
    }
}

impl Newcomer {
    async fn join(world: &World) -> Result<Self> {
        let invitation = world.invite(NEWCOMER, InstitutionKind::Kultura, "Gminny Ośrodek Kultury").await?.to_text();
        let mut settings = Settings::in_dir(&world.home().join(NEWCOMER));
        settings.dial = Some(world.hub_running()?.local_addr());
        let (env, last_resort) = (world.env(), LastResort::default());
        let joining = join(env, &invitation, &settings, PASSPHRASE, last_resort.clone());
        world.meanwhile("the newcomer joins", joining).await??;
        let code = first_code(env, &settings, PASSPHRASE, last_resort.clone()).await?.context("no paper code")?;
        let node = Node::open(env.clone(), settings, PASSPHRASE, last_resort).await?;
        let running = Running::start(&node);
        Ok(Self { node, running, code: code.to_string() })
    }
}

async fn serve(node: Arc<Node>) -> Result<Served> {
    let hosts = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
    let pages = Pages { listen: "127.0.0.1:0".parse()?, hosts, tls: None };
    let bound = web::bind(node, pages).await?;
    let (address, stop) = (bound.address()?, watch::Sender::new(false));
    let stopped = stop.subscribe();
    let task = spawn(async move { bound.run(stopped).await });
    Ok(Served { address, stop, task })
}
