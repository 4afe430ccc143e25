//! What the pages show to a worker who is on no list, and what anybody prints in them for the family.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use wiez_node::account::login::{Opened, change_password, login};
use wiez_node::account::office::{self, By, NewAccount};
use wiez_node::account::{AccessRole, Password, Receives, Source};
use wiez_node::config::Pages;
use wiez_node::session::{COOKIE, SessionToken};
use wiez_node::vault::hand;
use wiez_node::{Node, web};
use wiez_proto::vocab::WorkerRole;
use wiez_tests::tasks::spawn;

use super::SUBJECT;
use super::stage::{Ended, Said, Stage};

/// An ordinary worker: new ordinary cases come to her, nothing that stands apart does.
pub(super) const EWA: &str = "ewa";
const OWN: &str = "zielony parasol w maju";
/// Values that are drawn anew for each page, and mean nothing.
const DRAWN: &[&str] = &["name=\"csrf\" value=\"", "name=\"raz\" value=\"", "data-csrf=\""];

/// Makes the ordinary worker of an institution, before anything happens.
pub(super) async fn employed(stage: &Stage, at: &str) -> Result<()> {
    let (node, kierownik) = (stage.world.node(at)?, stage.world.party(at)?.reader().await?);
    let by = By::Worker(Box::new(office::get(node, kierownik.account()).await?));
    let new = NewAccount {
        login: EWA.to_owned(),
        name: "Ewa Kos".to_owned(),
        role: AccessRole::Pracownik,
        worker_role: WorkerRole::PracownikSocjalny,
        uid: None,
    };
    let (account, first) = office::add(node, &by, &new).await?;
    let first = Password::new(&first);
    let token = entered(node, &first).await?;
    change_password(node, token.text(), &first, &Password::new(OWN), Source::Local(0)).await?;
    node.sessions().end(token.text());
    let fingerprint = office::get(node, &account.id).await?.fingerprint.unwrap_or_default();
    hand::give(node, &kierownik, &account.id, &fingerprint).await?;
    office::receive(node, &by, &account.id, Some(Receives::Ordinary)).await?;
    Ok(())
}

async fn entered(node: &Node, password: &Password) -> Result<SessionToken> {
    match login(node, EWA, password, Source::Local(0)).await? {
        Opened::Session(token) => Ok(token),
        Opened::Factor(_) => anyhow::bail!("a second factor is asked for"),
    }
}

/// A page as it stands on the screen, without what is drawn for each.
fn settled(page: &str) -> String {
    let mut out = page.to_owned();
    for before in DRAWN {
        let mut parts = out.split(before);
        let mut next = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.split_once('"').map_or(part, |(_, rest)| rest);
            next.push_str(before);
            next.push('"');
            next.push_str(rest);
        }
        out = next;
    }
    out
}

async fn got(address: SocketAddr, token: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {COOKIE}={token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut bytes = vec![];
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8(bytes)?;
    let (head, body) = text.split_once("\r\n\r\n").context("no answer")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    let leads = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
    Ok(format!("{status} {leads}\n{}", settled(body)))
}

impl Stage {
    /// Keeps what the pages of an institution show: to a worker on no list everything, to the kierownik, who is on every
    /// list, what she prints for the family.
    pub(super) async fn keep_pages(&mut self, at: &str, cases: &[String], consents: &[String]) -> Result<()> {
        let node = Arc::clone(self.world.node(at)?);
        let hosts = vec!["127.0.0.1".to_owned()];
        let bound = web::bind(Arc::clone(&node), Pages { listen: "127.0.0.1:0".parse()?, hosts, tls: None }).await?;
        let (address, stop) = (bound.address()?, watch::Sender::new(false));
        let stopped = stop.subscribe();
        let serving = spawn(async move { bound.run(stopped).await });
        let ewa = entered(&node, &Password::new(OWN)).await?;
        let anna = self.world.party(at)?.token().await?;
        let mut asked: Vec<(&str, String)> = seen(cases, consents).into_iter().map(|path| (ewa.text(), path)).collect();
        asked.extend(printed(cases, consents).into_iter().map(|path| (anna.as_str(), path)));
        for (token, path) in asked {
            let body = got(address, token, &path).await?.replace(&address.to_string(), "here");
            let away = ["303 /logowanie", "303 /blokada"].iter().any(|lost| body.starts_with(lost));
            ensure!(!away, "{at} {path} needs somebody signed in");
            let who = if token == anna { "anna" } else { EWA };
            let ended = Ended { code: 0, out: body, err: String::new() };
            self.said.push(Said { asked: format!("{at}: {who} {path}"), ended });
        }
        node.sessions().end(ewa.text());
        stop.send_replace(true);
        serving.await?;
        Ok(())
    }
}

/// Everything that a worker comes to from the menu, and what belongs to the family.
fn seen(cases: &[String], consents: &[String]) -> Vec<String> {
    let mut out: Vec<String> = [
        "/skrzynka",
        "/skrzynka?pokaz=wyslane",
        "/sprawy",
        "/osobne",
        "/zgody",
        "/zgody/nowa",
        "/nowe",
        "/katalog",
        "/katalog/n-sp3-wier",
        "/katalog/n-pcpr-nad",
        "/katalog/n-zi-wier",
        "/ludzie",
    ]
    .map(str::to_owned)
    .to_vec();
    for number in consents {
        out.extend(["", "/wycofaj"].map(|more| format!("/zgody/{number}{more}")));
    }
    for number in cases {
        out.extend(["", "/odpowiedz"].map(|more| format!("/sprawy/{number}{more}")));
    }
    out.extend(printed(cases, consents));
    out
}

/// What the family takes home, in three languages.
fn printed(cases: &[String], consents: &[String]) -> Vec<String> {
    let mut paper = vec![format!("/osoba/druk?numer={}", SUBJECT.replace('/', "%2F"))];
    paper.extend(
        consents.iter().flat_map(|number| ["druk", "potwierdzenie"].map(|more| format!("/zgody/{number}/{more}"))),
    );
    paper.extend(cases.iter().map(|number| format!("/sprawy/{number}/druk")));
    let speaks = |path: &String| {
        let joint = if path.contains('?') { '&' } else { '?' };
        ["pl", "en", "uk"].map(|lang| format!("{path}{joint}jezyk={lang}"))
    };
    paper.iter().flat_map(speaks).collect()
}
