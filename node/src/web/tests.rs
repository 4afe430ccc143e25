//! The pages over a real connection: what the guard turns away, what a session needs, and that hostile text stays text.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail loudly")]

mod again;
mod board;
mod budget;
mod case;
mod client;
mod consent;
mod directory;
mod guarded;
mod meant;
mod new;
mod people;
mod print;
mod referred;
mod sight;
mod signed;
mod status;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::watch;
use wiez_proto::id::{Hash, MessageId, ThreadId};
use wiez_proto::payload::{Body, InfoRequest, Payload, Section};
use wiez_proto::policy::Policy;
use wiez_proto::statement::Statement;
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, Purpose, Urgency, WorkerRole};

use self::client::{Client, Reply};
use super::*;
use crate::account::first::{first, offer};
use crate::account::office::NewAccount;
use crate::account::{AccessRole, Password, Source};
use crate::casework;
use crate::message::Message;
use crate::node::tests::Offline;
use crate::tasks;

pub(super) const LOGIN: &str = "anna";
pub(super) const PASSWORD: &str = "zielony parasol w maju";
/// Text of an attacker: it must come out as text wherever it stands.
pub(super) const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}";

/// A clinic whose pages are served on a port of their own.
pub(super) struct Served {
    pub(super) here: Offline,
    pub(super) address: SocketAddr,
    pub(super) web: Arc<Web>,
    stop: watch::Sender<bool>,
}

impl Served {
    pub(super) async fn new() -> Self {
        Self::with(None).await
    }

    pub(super) async fn with(tls: Option<crate::config::Certificate>) -> Self {
        Self::of(InstitutionKind::Poz, tls).await
    }

    /// An institution of another kind.
    pub(super) async fn of(kind: InstitutionKind, tls: Option<crate::config::Certificate>) -> Self {
        let mut here = Offline::new(kind, "2026-11-02T09:00").await;
        here.meets("kpp-nad", InstitutionKind::Policja);
        here.meets("sp3-nad", InstitutionKind::Szkola);
        let mut tx = here.node.store().begin("test.offer").await.unwrap();
        let code = offer(&here.env, &mut tx).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let new = NewAccount {
            login: LOGIN.to_owned(),
            name: "Anna Nowak".to_owned(),
            role: AccessRole::Kierownik,
            worker_role: WorkerRole::Dyrektor,
            uid: None,
        };
        first(&here.node, &code, &new, &Password::new(PASSWORD), Source::Local(0)).await.unwrap();
        let hosts = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
        let pages = Pages { listen: "127.0.0.1:0".parse().unwrap(), hosts, tls };
        let bound = bind(Arc::clone(&here.node), pages).await.unwrap();
        let (address, stop) = (bound.address().unwrap(), watch::Sender::new(false));
        let web = Arc::clone(&bound.web);
        let stopped = stop.subscribe();
        tasks::spawn(async move { bound.run(stopped).await });
        Self { here, address, web, stop }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A browser in which Anna is signed in.
    pub(super) async fn signed_in(&self) -> Client {
        let mut client = self.client();
        let reply = client.post("/logowanie", &[("login", LOGIN), ("haslo", PASSWORD)]).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/skrzynka")), "{}", reply.body);
        client
    }

    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// A question of the police arrives, with an attacker's text in every field. It stands apart.
    pub(super) async fn police_asks(&self) -> String {
        let (name, health) = (Category::IdName, Category::Health);
        let body = Body::PoliceQuery(InfoRequest {
            questions: vec![HOSTILE.to_owned()],
            asked: BTreeSet::from([health]),
            why_needed: HOSTILE.to_owned(),
        });
        let section = Section { category: name, label: HOSTILE.to_owned(), text: HOSTILE.to_owned() };
        let payload = Payload::new(HOSTILE, vec![section], body).unwrap();
        let statement =
            Statement { case_ref: HOSTILE.to_owned(), officer: HOSTILE.to_owned(), ..Statement::of(BasisCode::PolReq) };
        self.arrives(5, "kpp-nad", payload, Some(statement), "POLICE_QUERY", true).await
    }

    /// A school asks colleagues something without personal data.
    pub(super) async fn school_asks(&self, number: u8) -> String {
        let body =
            Body::ConsultAnon { topic: "Wsparcie".to_owned(), text: "Jak długo czeka się na wizytę?".to_owned() };
        let payload = Payload::new("", vec![], body).unwrap();
        self.arrives(number, "sp3-nad", payload, None, "CONSULT_ANON", false).await
    }

    async fn arrives(
        &self,
        number: u8,
        from: &str,
        payload: Payload,
        statement: Option<Statement>,
        row: &str,
        apart: bool,
    ) -> String {
        let node = &self.here.node;
        let mut message = Message {
            message_id: MessageId::new([number; 16]),
            sender: from.parse().unwrap(),
            recipient: node.id().clone(),
            class: if statement.is_some() { BasisClass::Statutory } else { BasisClass::NoPersonalData },
            handle: None,
            expires_ms: self.here.env.now_ms() + 86_400_000,
            kind: payload.kind(),
            categories: payload.categories(),
            asked: payload.asked(),
            purpose: if statement.is_some() { Purpose::Crime } else { Purpose::Admin },
            thread: ThreadId::new([number; 16]),
            in_reply_to: None,
            policy_row: Hash::new(Policy::shipped().row(row).unwrap_or_else(|| panic!("{row}")).digest()),
            grant: None,
            statement,
            checkpoint: String::new(),
            worker: if number == 5 { HOSTILE.to_owned() } else { "Jan Kos".to_owned() },
            urgency: Urgency::U3Normal,
            signature: None,
            payload,
        };
        self.here.signs(&mut message);
        let before = self.numbers(apart).await;
        let mut tx = node.store().begin("test.arrival").await.unwrap();
        let admitted = casework::admit(node, &mut tx, message, self.here.env.now_ms()).await.unwrap();
        let received_ms = self.here.env.now_ms();
        let arrival = casework::Arrival { envelope_hash: Hash::new([number; 32]), received_ms, leaf_index: 0 };
        casework::receive(node, &mut tx, &admitted, &arrival).await.unwrap();
        tx.commit().await.unwrap();
        self.numbers(apart).await.difference(&before).next().unwrap().clone()
    }

    async fn numbers(&self, apart: bool) -> BTreeSet<String> {
        let lines = casework::ordered(&self.here.node, None, casework::CaseKind::ALL, apart).await.unwrap();
        lines.into_iter().map(|line| line.number).collect()
    }
}

/// The value of a hidden field of a page; of the first form whose action holds `action`.
pub(super) fn hidden(reply: &Reply, action: &str, name: &str) -> String {
    let form = reply.body.split("<form").find(|form| form.contains(&format!("action=\"{action}\"")));
    let form = form.unwrap_or_else(|| panic!("no form {action} in {}", reply.body));
    let field = form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}"));
    field.split('"').next().unwrap().to_owned()
}
