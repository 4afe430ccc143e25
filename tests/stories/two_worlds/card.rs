//! What only one of the worlds has: a Blue Card procedure about the same people, with all that belongs to it.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use wiez_node::account::{Watcher, office};
use wiez_node::review;

use super::pages::EWA;
use super::stage::Stage;
use super::{DEAF, OPS, POLICE, SCHOOL, SUBJECT, TEAM};

const PERSONS: &[&str] = &[
    "--person",
    "SUFFERING:ID_NAME=Kacper Zawilski",
    "--person",
    "SUFFERING.2:ID_NAME=Anna Zawilska",
    "--person",
    "USING:ID_NAME=Marek Zawilski",
    "--incident",
    "Uderzał syna pasem po powrocie do domu.",
];

/// The procedure so far.
#[derive(Debug, Default)]
pub(super) struct Card {
    /// The form's case at the centre that filed it.
    filed: String,
    /// Its case at the team.
    at_team: String,
}

fn number(sent: &Value) -> Result<String> {
    sent["sent"]["number"].as_str().map(str::to_owned).with_context(|| format!("{sent}"))
}

fn form<'a>(to: &'a str, subject: &'a str) -> Vec<&'a str> {
    [&["report", "nk-a", "--to", to, "--subject", subject], PERSONS].concat()
}

impl Card {
    /// One round of the procedure.
    pub(super) async fn play(&mut self, stage: &Stage, round: usize) -> Result<()> {
        match round {
            0 => self.filed(stage).await,
            1 => self.taken(stage).await,
            2 => self.dispatched(stage).await,
            3 => queried(stage).await,
            4 => replied(stage).await,
            5 => many(stage).await,
            6 => self.met(stage).await,
            7 => signalled(stage).await,
            8 => reviewed(stage).await,
            9 => waits(stage).await,
            10 => self.closed(stage).await,
            _ => Ok(()),
        }
    }

    /// Filed; filed where nobody hears; refused for what a bystander's health is; refused for a consent.
    async fn filed(&mut self, stage: &Stage) -> Result<()> {
        self.filed = number(&stage.done(OPS, &form(TEAM, SUBJECT)).await?)?;
        stage.done(OPS, &form(DEAF, SUBJECT)).await?;
        let health = ["--person", "HOUSEHOLD:HEALTH=po udarze"];
        stage.refused(OPS, &[&form(TEAM, SUBJECT)[..], &health].concat(), "CATEGORY").await?;
        let attached = ["--consent", "Z-ZZZZZZ"];
        stage.refused(OPS, &[&form(TEAM, SUBJECT)[..], &attached].concat(), "CONSENT_NOT_APPLICABLE").await?;
        Ok(())
    }

    async fn taken(&mut self, stage: &Stage) -> Result<()> {
        self.at_team = stage.came(TEAM, "NK", true).await?.first().cloned().context("no form at the team")?;
        let case = self.at_team.as_str();
        stage.done(TEAM, &["case", "show", case]).await?;
        stage.done(TEAM, &["ack", case, "TAKEN_OVER"]).await?;
        stage.done(TEAM, &["feedback", case, "RECEIVED"]).await?;
        stage.done(OPS, &["formal", &self.filed, "ADE", "DW 12/2026", "2026-05-06"]).await?;
        Ok(())
    }

    async fn dispatched(&mut self, stage: &Stage) -> Result<()> {
        let members = [OPS, SCHOOL, POLICE].join(",");
        let words = ["nk", "dispatch", &self.at_team, "--subject", "ZI/2026/7", "--member", &members];
        let sent =
            stage.done(TEAM, &[&words[..], &["--meeting", "2026-05-12", "--place", "OPS, pokój 4"]].concat()).await?;
        let all = sent["dispatched"].as_array().context("dispatched")?;
        ensure!(all.len() == 3 && all.iter().all(|one| one["refusal"].is_null()), "{sent}");
        Ok(())
    }

    /// The members read it once they signed the declaration, say that they come, and write notes.
    async fn met(&mut self, stage: &Stage) -> Result<()> {
        let uid = rustix::process::getuid().as_raw().to_string();
        for at in [OPS, SCHOOL, POLICE] {
            stage.done(at, &["people", "declare", "--uid", &uid, "--on", "2026-05-05"]).await?;
            for case in stage.came(at, "NK", true).await? {
                stage.done(at, &["case", "show", &case]).await?;
                stage.done(at, &["ack", &case, "WILL_ATTEND"]).await?;
                if at != OPS {
                    stage
                        .done(at, &["nk", "note", &case, "--text", "Rodzina jest nam znana.", "--tasks", "Rozmowa."])
                        .await?;
                }
            }
        }
        stage.done(TEAM, &["feedback", &self.at_team, "IN_PROGRESS"]).await?;
        // Its worker has sent too much today.
        stage.refused(OPS, &["nk", "handed-b", &self.filed, "--on", "2026-05-06"], "REVIEW_REQUIRED").await?;
        Ok(())
    }

    async fn closed(&mut self, stage: &Stage) -> Result<()> {
        stage.done(TEAM, &["nk", "sitting", &self.at_team, "--on", "2026-05-06"]).await?;
        stage.done(TEAM, &["case", "close", &self.at_team]).await?;
        Ok(())
    }
}

fn crime(to: &'static str) -> Vec<&'static str> {
    let named = ["--section", "ID_NAME=Anna Zawilska", "--incident", "Złamał jej rękę."];
    [&["report", "crime", "--to", to, "--subject", SUBJECT], &named[..]].concat()
}

fn query(reference: &[&'static str]) -> Vec<&'static str> {
    let words = ["query", "police", "--to", OPS, "--subject", "KPP/88", "--asked", "CONTACT,FAMILY_COMP"];
    let what = ["--section", "ID_NAME=Anna Zawilska", "--question", "Gdzie przebywa?", "--why", "Dochodzenie"];
    [&words[..], &what, reference].concat()
}

async fn queried(stage: &Stage) -> Result<()> {
    stage.refused(POLICE, &query(&[]), "BASIS").await?;
    stage.done(POLICE, &query(&["--case-ref", "Ds. 412/2026", "--officer", "asp. Wilk"])).await?;
    Ok(())
}

/// The police are answered: more than they asked for is refused first.
async fn replied(stage: &Stage) -> Result<()> {
    let case = stage.came(OPS, "QUERY", true).await?.first().cloned().context("no query")?;
    stage.done(OPS, &["info", "show", &case]).await?;
    stage.refused(OPS, &["info", "reply", &case, "--answer", "EDU_PLACE=SP nr 3"], "REPLY_SCOPE").await?;
    stage.done(OPS, &["info", "reply", &case, "--answer", "CONTACT=600 100 200"]).await?;
    Ok(())
}

/// More than a worker sends in a day: none of it may make the next ordinary question wait.
async fn many(stage: &Stage) -> Result<()> {
    for _ in 0..21 {
        let sent = stage.done(OPS, &crime(POLICE)).await?;
        ensure!(!number(&sent)?.is_empty(), "a duty never waits");
    }
    // One thing more that is no duty waits for a second person, and tells only those who work on it.
    let note = ["nk", "note", "--to", TEAM, "--subject", SUBJECT, "--text", "Rodzina jest nam znana."];
    stage.refused(OPS, &note, "REVIEW_REQUIRED").await?;
    Ok(())
}

/// The school signals the same people, and files a form of its own; the police take note of some crimes.
async fn signalled(stage: &Stage) -> Result<()> {
    for case in stage.came(POLICE, "CRIME", true).await?.iter().take(3) {
        stage.done(POLICE, &["case", "show", case]).await?;
        stage.done(POLICE, &["ack", case]).await?;
    }
    let words = ["report", "signal", "--to", OPS, "--subject", "SP3/2026/9", "--reason", "VIOLENCE_SUSPECTED"];
    let what = ["--section", "ID_NAME=Kacper Zawilski", "--incident", "Siniaki na ramionach."];
    stage.done(SCHOOL, &[&words[..], &what].concat()).await?;
    stage.done(SCHOOL, &form(TEAM, "SP3/2026/9")).await?;
    Ok(())
}

/// Some of it is looked at afterwards; one is found unjustified, which rings.
async fn reviewed(stage: &Stage) -> Result<()> {
    for case in stage.came(OPS, "SIGNAL", true).await? {
        stage.done(OPS, &["case", "show", &case]).await?;
        stage.done(OPS, &["feedback", &case, "RECEIVED"]).await?;
        stage.done(OPS, &["case", "close", &case]).await?;
    }
    let reviews = stage.done(OPS, &["review", "list"]).await?;
    let after = reviews["reviews"].as_array().context("reviews")?.iter().filter(|one| one["stage"] == "AFTER");
    let ids: Vec<&str> = after.filter_map(|one| one["id"].as_str()).collect();
    ensure!(ids.len() > 20, "{reviews}");
    // Where somebody else works, nobody looks at what she sent herself.
    let node = stage.world.node(OPS)?;
    let ewa = Watcher::Iod(office::by_login(node, EWA).await?.worker());
    for (nth, id) in ids.iter().enumerate().take(4) {
        if nth == 0 {
            review::reject(node, &ewa, id, "Zgłoszenie było powtórzeniem.").await?;
        } else {
            review::confirm(node, &ewa, id).await?;
        }
    }
    Ok(())
}

/// Filed just before the line breaks.
async fn waits(stage: &Stage) -> Result<()> {
    stage.done(OPS, &form(TEAM, SUBJECT)).await?;
    let danger = ["--justification", "Dziecko zostało samo z napastnikiem.", "--incident", "Krzyki w mieszkaniu."];
    stage.done(OPS, &[&["report", "alert", "--to", POLICE, "--subject", SUBJECT], &danger[..]].concat()).await?;
    Ok(())
}

/// Everything that was to happen in this world did, and stands apart.
pub(super) async fn happened(stage: &Stage) -> Result<()> {
    let cases = stage.done(OPS, &["case", "list", "--apart"]).await?;
    let cases = cases["cases"].as_array().context("cases")?;
    for (kind, status) in
        [("NK", "HELD"), ("NK", "EXPIRED"), ("NK", "COMPLETED"), ("QUERY", "COMPLETED"), ("SIGNAL", "COMPLETED")]
    {
        let there = cases.iter().any(|case| case["kind"] == kind && case["status"] == status);
        ensure!(there, "no {kind} is {status}: {cases:#?}");
    }
    let alarms = stage.done(OPS, &["alarms"]).await?;
    ensure!(alarms["alarms"].as_array().is_some_and(|alarms| alarms.len() >= 2), "{alarms}");
    Ok(())
}

/// Nothing stands apart in the other world.
pub(super) async fn never_happened(stage: &Stage) -> Result<()> {
    for at in [OPS, SCHOOL, TEAM, POLICE] {
        let cases = stage.done(at, &["case", "list", "--apart"]).await?;
        ensure!(cases["cases"].as_array().is_some_and(Vec::is_empty), "{at}: {cases}");
    }
    Ok(())
}
