//! The pages of the demo's institutions: served on this computer, and the links with which a person looks at the story.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wiez_node::config::Pages;
use wiez_node::web;
use wiez_proto::vocab::Lang;
use wiez_tests::World;
use wiez_tests::staff::PASSWORD;
use wiez_tests::tasks::spawn;

use crate::cast::login_at;
use crate::telling::pick;

/// Whose pages are served. The clinic is switched off in the story and has none.
const AT: &[&str] = &["ops", "sp3", "pcpr", "kpp", "zi"];

/// The pages of one institution, until they are closed.
pub(crate) struct Served {
    id: &'static str,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// One link, what is behind it, and who may look.
#[derive(Serialize)]
pub(crate) struct Link {
    pub(crate) what: &'static str,
    pub(crate) url: String,
    pub(crate) login: &'static str,
    pub(crate) password: &'static str,
}

/// What the links of the story lead to, by case number at the OPS.
pub(crate) struct Shown<'a> {
    /// The referral that the school accepted.
    pub(crate) accepted: &'a str,
    /// The one that the gate held, of the second family.
    pub(crate) held: &'a str,
}

/// Serves the pages of everybody who has some.
pub(crate) async fn open(world: &World) -> Result<Vec<Served>> {
    let mut out = vec![];
    for id in AT {
        // A name for each: a browser keeps one session for all ports of a name.
        let hosts = vec![host(id), "localhost".to_owned(), "127.0.0.1".to_owned()];
        let pages = Pages { listen: "127.0.0.1:0".parse()?, hosts, tls: None };
        let bound = web::bind(Arc::clone(world.node(id)?), pages).await?;
        let (address, stop) = (bound.address()?, watch::Sender::new(false));
        let stopped = stop.subscribe();
        out.push(Served { id, address, stop, task: spawn(async move { bound.run(stopped).await }) });
    }
    Ok(out)
}

/// Closes them all.
pub(crate) async fn close(served: Vec<Served>) -> Result<()> {
    for pages in served {
        pages.stop.send_replace(true);
        pages.task.await?;
    }
    Ok(())
}

/// Every name under `localhost` is this computer (RFC 6761).
fn host(id: &str) -> String {
    format!("{id}.localhost")
}

fn link(served: &[Served], id: &str, path: &str, what: &'static str) -> Result<Link> {
    let pages = served.iter().find(|pages| pages.id == id).with_context(|| format!("{id} has no pages"))?;
    let url = format!("http://{}:{}{path}", host(id), pages.address.port());
    Ok(Link { what, url, login: login_at(id)?, password: PASSWORD })
}

/// Where the story can be watched from the beginning.
pub(crate) fn doors(served: &[Served], lang: Lang) -> Result<Vec<Link>> {
    Ok(vec![
        link(served, "ops", "/skrzynka", pick(lang, "OPS: skrzynka", "the OPS: inbox"))?,
        link(served, "sp3", "/skrzynka", pick(lang, "szkoła: skrzynka", "the school: inbox"))?,
    ])
}

/// What the story left.
pub(crate) fn links(served: &[Served], lang: Lang, shown: &Shown<'_>) -> Result<Vec<Link>> {
    let case = |number: &str| format!("/sprawy/{number}");
    let held = pick(lang, "OPS: skierowanie, które zatrzymała bramka", "the OPS: the referral that the gate refused");
    let ours = pick(lang, "OPS: sprawa, którą przyjęła szkoła", "the OPS: the case that the school accepted");
    let new = pick(
        lang,
        "OPS: nowe skierowanie, choćby dla drugiej rodziny",
        "the OPS: a new referral, say for the second family",
    );
    let card = pick(lang, "zespół: Niebieska Karta, na liście osobnej", "the team: the Blue Card, on its list apart");
    Ok(vec![
        link(served, "sp3", "/skrzynka", pick(lang, "szkoła: skrzynka", "the school: inbox"))?,
        link(served, "ops", &case(shown.held), held)?,
        link(served, "ops", &case(shown.accepted), ours)?,
        link(served, "ops", "/nowe", new)?,
        link(served, "zi", "/osobne", card)?,
    ])
}
