//! The family's case that both worlds have: consent, referral, questions, refusals, withdrawals; and all that is shown of it.

use anyhow::{Context, Result, ensure};
use wiez_node::account::AccessRole;
use wiez_proto::vocab::WorkerRole;
use wiez_tests::staff::{ANNA, turn};

use super::stage::Stage;
use super::{CENTRE, OPS, POLICE, SCHOOL, SUBJECT, TEAM};

/// What was recorded and sent so far.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// Consents, as they were recorded.
    consents: Vec<String>,
    /// Own cases to look at.
    cases: Vec<String>,
}

const PAPER: &[&str] = &["--paper", "segregator 7, karta 12", "--from", "2026-05-06", "--until", "2027-03-31"];
const MOTHER: &[&str] = &["--giver", "PARENT", "--born", "2017-02-03", "--authority", "FULL"];

fn text(value: &serde_json::Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("{value}"))
}

impl Family {
    /// One round of the family's story.
    pub(super) async fn play(&mut self, stage: &mut Stage, round: usize) -> Result<()> {
        match round {
            0 => self.consents_given(stage).await,
            1 => self.referred(stage).await,
            2 => accepted(stage).await,
            3 => self.asked(stage).await,
            4 => answered(stage).await,
            5 => self.asked_on_a_statute(stage).await,
            6 => self.withdrawn_in_part(stage).await,
            7 => self.refused_in_part(stage).await,
            8 => notices_answered(stage).await,
            9 => self.stopped(stage).await,
            10 => self.withdrawn(stage).await,
            _ => self.refused_wholly(stage).await,
        }
    }

    fn consent(&self, index: usize) -> Result<String> {
        self.consents.get(index).cloned().context("no such consent")
    }

    async fn consents_given(&mut self, stage: &mut Stage) -> Result<()> {
        let school = format!("{SCHOOL}:ID_NAME,EDU_PROGRESS,PLAN_TASKS:EDU_PROGRESS");
        let centre = format!("{CENTRE}:ID_NAME,FAMILY_SIT:FAMILY_SIT,PLAN_TASKS");
        let both = ["--purpose", "P_SERVICE,P_DIAG", "--for", &school, "--for", &centre];
        for named in [&both[..], &both[..4]] {
            let words = [&["consent", "new", "--subject", SUBJECT], named, MOTHER, PAPER].concat();
            let given = stage.done(OPS, &words).await?;
            self.consents.push(text(&given["consent"]["line"]["number"])?);
            stage.turn().await?;
        }
        Ok(())
    }

    async fn referred(&mut self, stage: &mut Stage) -> Result<()> {
        let consent = self.consent(0)?;
        let words = [&send(SCHOOL)[..], &["--consent", &consent]].concat();
        let sent = stage.done(OPS, &[&words[..], &["--section", "EDU_PROGRESS=frekwencja 61%"]].concat()).await?;
        self.cases.push(text(&sent["sent"]["number"])?);
        // Beyond the consent: refused, and kept as it was typed.
        stage.keep_all(OPS, &[&words[..], &["--section", "HEALTH=opinia pulmonologa"]].concat()).await
    }

    async fn asked(&mut self, stage: &mut Stage) -> Result<()> {
        let consent = self.consent(0)?;
        let asked = ["info", "ask", "--to", CENTRE, "--subject", SUBJECT, "--consent", &consent];
        let what = ["--section", "ID_NAME=Kacper Zawilski", "--question", "Co ustalono?", "--why", "Plan pomocy"];
        let within = ["--purpose", "P_DIAG", "--asked", "FAMILY_SIT"];
        let sent = stage.done(OPS, &[&asked[..], &what, &within].concat()).await?;
        self.cases.push(text(&sent["sent"]["number"])?);
        let beyond = ["--purpose", "P_DIAG", "--asked", "FAMILY_SIT,HEALTH"];
        stage.keep_all(OPS, &[&asked[..], &what, &beyond].concat()).await
    }

    /// What a statute lets anybody ask is shown to the family like everything else.
    async fn asked_on_a_statute(&mut self, stage: &mut Stage) -> Result<()> {
        let asked = ["info", "ask", "--to", CENTRE, "--subject", SUBJECT, "--basis", "UPS_105"];
        let what = ["--section", "ID_NAME=Anna Zawilska", "--question", "Jakie wsparcie trwa?", "--why", "Wywiad"];
        let words = [&asked[..], &what, &["--asked", "FAMILY_SIT"]].concat();
        let sent = stage.done(OPS, &words).await?;
        self.cases.push(text(&sent["sent"]["number"])?);
        stage.keep_all(OPS, &words).await
    }

    async fn withdrawn_in_part(&mut self, stage: &mut Stage) -> Result<()> {
        let consent = self.consent(0)?;
        let narrower = ["consent", "withdraw", &consent, "--recipient", SCHOOL, "--category", "EDU_PROGRESS"];
        let slip = stage.keep(OPS, &narrower, &["--lang", "pl"]).await?;
        ensure!(slip.code == 0 && slip.out.contains(&consent), "{slip:?}");
        stage.turn().await?;
        let slip =
            stage.keep(OPS, &["consent", "withdraw", &consent, "--recipient", CENTRE], &["--lang", "en"]).await?;
        ensure!(slip.code == 0, "{slip:?}");
        Ok(())
    }

    async fn refused_in_part(&mut self, stage: &mut Stage) -> Result<()> {
        let consent = self.consent(0)?;
        let school = [&send(SCHOOL)[..], &["--consent", &consent, "--section", "EDU_PROGRESS=frekwencja 70%"]].concat();
        stage.keep_all(OPS, &school).await?;
        let centre = [&send(CENTRE)[..], &["--consent", &consent, "--section", "FAMILY_SIT=bez zmian"]].concat();
        stage.keep_all(OPS, &centre).await
    }

    /// A referral that waits here while the line is down is stopped by the withdrawal; the slip says so.
    async fn stopped(&mut self, stage: &mut Stage) -> Result<()> {
        let consent = self.consent(1)?;
        stage.cut(OPS).await?;
        let words = [&send(SCHOOL)[..], &["--consent", &consent, "--section", "EDU_PROGRESS=frekwencja 75%"]].concat();
        let sent = stage.done(OPS, &words).await?;
        self.cases.push(text(&sent["sent"]["number"])?);
        let narrower = ["consent", "withdraw", &consent, "--category", "EDU_PROGRESS"];
        let slip = stage.keep(OPS, &narrower, &["--json"]).await?;
        let told: serde_json::Value = serde_json::from_str(&slip.out)?;
        let stopped = told["withdrawn"]["stopped"].as_array().context("stopped")?.len();
        ensure!(stopped == 1, "{slip:?}");
        stage.turn().await?;
        stage.heal().await
    }

    async fn withdrawn(&mut self, stage: &mut Stage) -> Result<()> {
        for (index, lang) in [(0, "uk"), (1, "pl")] {
            let consent = self.consent(index)?;
            let slip = stage.keep(OPS, &["consent", "withdraw", &consent], &["--lang", lang]).await?;
            ensure!(slip.code == 0, "{slip:?}");
            stage.turn().await?;
        }
        Ok(())
    }

    async fn refused_wholly(&mut self, stage: &mut Stage) -> Result<()> {
        stage.keep_all(OPS, &send(SCHOOL)).await?;
        let consent = self.consent(0)?;
        stage.keep_all(OPS, &[&send(SCHOOL)[..], &["--consent", &consent]].concat()).await?;
        stage.keep_all(OPS, &["consent", "withdraw", &consent]).await
    }

    /// Asks for everything that anybody may show to the family, at every institution.
    pub(super) async fn look(&self, stage: &mut Stage) -> Result<()> {
        stage.keep_pages(OPS, &self.cases, &self.consents).await?;
        let came = stage.came(SCHOOL, "REFERRAL", false).await?;
        stage.keep_pages(SCHOOL, &came, &[]).await?;
        for consent in &self.consents {
            stage.keep_all(OPS, &["consent", "show", consent]).await?;
        }
        for case in &self.cases {
            stage.keep_all(OPS, &["case", "show", case]).await?;
        }
        let theirs = format!("{OPS}:{SUBJECT}");
        for at in [OPS, SCHOOL, CENTRE, TEAM, POLICE] {
            for words in [
                ["consent", "list"].as_slice(),
                &["consent", "notices"],
                &["case", "list"],
                &["referral", "list"],
                &["info", "list"],
                &["consult", "list"],
                &["owed"],
            ] {
                stage.keep_all(at, words).await?;
            }
            for subject in [SUBJECT, &theirs, "SP3/2026/9", "n-zi-wier:ZI/2026/7", "n-kpp-nad:KPP/88"] {
                stage.keep_all(at, &["subject", "export", subject]).await?;
            }
            let counts = counted(stage, at).await?;
            stage.said.push(counts);
        }
        by_the_officer(stage).await
    }
}

/// The data-protection officer prints the same for the family, without content.
async fn by_the_officer(stage: &mut Stage) -> Result<()> {
    turn(stage.world.node(OPS)?, ANNA.login, AccessRole::Iod, WorkerRole::Iod).await?;
    stage.keep_all(OPS, &["subject", "export", SUBJECT]).await?;
    turn(stage.world.node(OPS)?, ANNA.login, AccessRole::Kierownik, ANNA.role).await
}

/// The counts that stand beside the ordinary lists. What `status` says of connection and outbox is about the machine.
async fn counted(stage: &Stage, at: &str) -> Result<super::stage::Said> {
    let status = stage.done(at, &["status"]).await?["status"].clone();
    let out = format!("{} {} {}", status["ours"], status["overdue"], status["consents"]);
    ensure!(!out.contains("null"), "{status}");
    let ended = super::stage::Ended { code: 0, out, err: String::new() };
    Ok(super::stage::Said { asked: format!("{at}: counts of status"), ended })
}

fn send(to: &str) -> [&str; 9] {
    [
        "referral",
        "send",
        "--to",
        to,
        "--subject",
        SUBJECT,
        "--goal",
        "Zajęcia wyrównawcze",
        "--section=ID_NAME=Kacper Zawilski",
    ]
}

async fn accepted(stage: &mut Stage) -> Result<()> {
    for number in stage.came(SCHOOL, "REFERRAL", false).await? {
        stage.done(SCHOOL, &["referral", "show", &number]).await?;
        // Reading takes longer than the mail: what the first look sends is settled before the answer goes.
        stage.rest().await?;
        stage.done(SCHOOL, &["referral", "accept", &number]).await?;
    }
    Ok(())
}

/// An answer beyond the question is refused; one within it goes.
async fn answered(stage: &mut Stage) -> Result<()> {
    for number in stage.came(CENTRE, "INFO", false).await? {
        stage.done(CENTRE, &["info", "show", &number]).await?;
        stage.rest().await?;
        let beyond = ["info", "reply", &number, "--answer", "HEALTH=astma"];
        stage.keep_all(CENTRE, &beyond).await?;
        stage.done(CENTRE, &["info", "reply", &number, "--answer", "FAMILY_SIT=matka pracuje na zmiany"]).await?;
    }
    Ok(())
}

async fn notices_answered(stage: &mut Stage) -> Result<()> {
    for at in [SCHOOL, CENTRE] {
        for number in stage.came(at, "NOTICE", false).await? {
            stage.done(at, &["consent", "answer", &number, "DELETED"]).await?;
        }
    }
    Ok(())
}
