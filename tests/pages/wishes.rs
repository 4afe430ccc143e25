//! What a script may wish for: time that passes, cables that are cut, consents and referrals that were there before.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::Span;
use serde::Deserialize;
use serde_json::{Value, json};
use wiez_node::api::{Answer, ReferralText, Request, SectionText};
use wiez_node::casework::CaseKind;
use wiez_node::casework::act::Addressed;
use wiez_node::cli::run_async;
use wiez_node::config::Surroundings;
use wiez_node::consent::{Form, Giver, Pair, Signature, effects, prepare, sign};
use wiez_proto::calendar::day_of;
use wiez_proto::vocab::{Authority, Category, EvidenceKind, GiverRole, Purpose, ServiceCode, Urgency};
use wiez_tests::World;
use wiez_tests::acts::{SUBJECT, named};
use wiez_tests::staff::{ANNA, PASSWORD};

use crate::region::Region;

/// Longest time that one command may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One institution on a consent form, as a script writes it.
#[derive(Debug, Deserialize)]
pub(crate) struct On {
    to: String,
    #[serde(default)]
    give: BTreeSet<Category>,
    #[serde(default)]
    receive: BTreeSet<Category>,
}

/// A consent as a script writes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Paper {
    at: String,
    on: Vec<On>,
    #[serde(default = "usual_subject")]
    subject: String,
    #[serde(default = "usual_name")]
    name: String,
    #[serde(default = "usual_days")]
    days: i64,
}

fn usual_subject() -> String {
    SUBJECT.to_owned()
}

fn usual_name() -> String {
    "Kacper Wrzosek".to_owned()
}

const fn usual_days() -> i64 {
    330
}

/// A wish.
#[derive(Debug, Deserialize)]
#[serde(tag = "wish", rename_all = "kebab-case")]
pub(crate) enum Wish {
    /// Addresses and accounts.
    Places,
    /// The moment in the region, in milliseconds since 1970.
    Now,
    /// Time passes.
    Pass { ms: u64 },
    /// Everybody has said and heard everything.
    Settle { except: Option<String> },
    /// A cable is cut.
    Cut { at: String },
    /// A cable is mended.
    Heal { at: String },
    /// A consent is prepared, signed with a pen, and recorded.
    Consent(Paper),
    /// A consent ends.
    Withdraw { at: String, consent: String },
    /// How many messages rest on a consent, sent or about to be.
    Under { at: String, consent: String },
    /// A referral goes out; the answer has its number here and there.
    Refer { from: String, to: String, consent: String, sections: Vec<(Category, String)> },
    /// A referral goes from the family centre to the centre, with this text in every field that takes text.
    Hostile { text: String },
    /// A case as the node answers about it.
    Show { at: String, case: String },
    /// A command at an institution's node, by its kierownik: exit code and both outputs. What it asks for unseen
    /// comes from a file.
    Cli { at: String, words: Vec<String>, unseen: Option<String> },
}

/// Does it.
pub(crate) async fn fulfil(region: &mut Region, wish: Wish) -> Result<Value> {
    let world = &region.world;
    match wish {
        Wish::Places => return Ok(region.places()),
        Wish::Now => return Ok(json!(world.now_ms())),
        Wish::Pass { ms } => world.pass(Duration::from_millis(ms)).await,
        Wish::Settle { except } => world.settle_except(except.as_deref().unwrap_or_default()).await?,
        Wish::Cut { at } => world.cut(&at)?,
        Wish::Heal { at } => world.heal(&at)?,
        Wish::Consent(paper) => return Ok(json!(consent(world, paper).await?)),
        Wish::Withdraw { at, consent } => {
            world.withdraw(&at, &consent).await?;
            world.settle().await?;
        }
        Wish::Under { at, consent } => return Ok(json!(under(world, &at, &consent).await?)),
        Wish::Refer { from, to, consent, sections } => return refer(world, &from, &to, &consent, &sections).await,
        Wish::Hostile { text } => return hostile(world, &text).await,
        Wish::Show { at, case } => return Ok(serde_json::to_value(world.show(&at, &case).await?)?),
        Wish::Cli { at, mut words, unseen } => {
            if let Some(text) = unseen {
                let file = private(world, "unseen", &text)?;
                words.push(format!("--secrets={file}"));
            }
            return cli(world, &at, &words).await;
        }
    }
    Ok(json!(world.now_ms()))
}

async fn consent(world: &World, paper: Paper) -> Result<String> {
    let (node, today) = (world.node(&paper.at)?, day_of(world.now_ms()));
    let reader = world.party(&paper.at)?.reader().await?;
    let special = |set: &BTreeSet<Category>| set.iter().copied().filter(|one| one.special()).collect::<BTreeSet<_>>();
    let mut pairs = Vec::new();
    for on in paper.on {
        let explicit = &special(&on.give) | &special(&on.receive);
        pairs.push(Pair { institution: on.to.parse()?, give: on.give, receive: on.receive, explicit });
    }
    let form = Form {
        subject_ref: paper.subject,
        giver: Giver {
            role: GiverRole::Parent,
            born: Some("2017-02-03".parse()?),
            own_statement: false,
            authority: Authority::Full,
            conflict: false,
        },
        evidence: EvidenceKind::PaperSigned,
        evidence_hash: Form::hash_of(b"a signed paper form"),
        evidence_place: String::new(),
        pairs,
        purposes: BTreeSet::from([Purpose::Service]),
        valid_from: today,
        valid_to: today.checked_add(Span::new().days(paper.days))?,
        worker: ANNA.name.to_owned(),
    };
    let signature = Signature {
        day: today,
        taken_by: ANNA.name.to_owned(),
        place: "segregator 7, karta 12".to_owned(),
        yes: form.pairs.iter().map(|pair| pair.institution.clone()).collect(),
        explicit: form
            .pairs
            .iter()
            .flat_map(|pair| pair.explicit.iter().map(|one| (pair.institution.clone(), *one)))
            .collect(),
    };
    let number = prepare(node, &reader, &form, &paper.name).await?;
    sign(node, &reader, &number, &signature).await?;
    world.settle().await?;
    Ok(number)
}

async fn under(world: &World, at: &str, consent: &str) -> Result<usize> {
    let all = effects(world.node(at)?, &world.party(at)?.reader().await?, consent).await?;
    Ok(all.iter().map(|one| one.holds + one.waits).sum())
}

async fn known(world: &World, at: &str) -> Result<Vec<String>> {
    Ok(world.incoming(at, CaseKind::Referral).await?.into_iter().map(|case| case.number).collect())
}

async fn refer(world: &World, from: &str, to: &str, consent: &str, sections: &[(Category, String)]) -> Result<Value> {
    let known = known(world, to).await?;
    let sections: Vec<(Category, &str)> = sections.iter().map(|(category, text)| (*category, text.as_str())).collect();
    let here = world.refer(from, to, consent, &sections).await?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let there = world.arrived(to, CaseKind::Referral, &known).await.context("it never arrived")?;
    Ok(json!({"here": here, "there": there}))
}

async fn hostile(world: &World, text: &str) -> Result<Value> {
    use Category as C;
    let carried = [C::IdName, C::EduProgress, C::FamilySit, C::Contact, C::Assessment];
    let on = named("ops").give(&carried).give(&[C::PlanTasks, C::Disability]);
    let consent = world.consent("pcpr", &[on]).await?;
    world.settle().await?;
    let before = known(world, "ops").await?;
    let section =
        |category: &Category| SectionText { category: *category, label: text.to_owned(), text: text.to_owned() };
    let request = Request::Refer {
        to: Addressed {
            to: "ops".parse()?,
            subject_ref: SUBJECT.to_owned(),
            consent: Some(consent),
            purpose: Purpose::Service,
            urgency: Urgency::U3Normal,
        },
        sections: carried.iter().map(section).collect(),
        referral: ReferralText {
            service: ServiceCode::ZajeciaWyrownawcze,
            goal: text.to_owned(),
            wished_by: None,
            language: String::new(),
            accessibility: text.to_owned(),
        },
    };
    let Answer::Sent(sent) = world.ask("pcpr", &request).await? else { bail!("it was not sent") };
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let there = world.arrived("ops", CaseKind::Referral, &before).await?;
    Ok(json!({"here": sent.number, "there": there}))
}

/// A file that only this user may read.
fn private(world: &World, name: &str, text: &str) -> Result<String> {
    let file = world.home().join(name);
    std::fs::write(&file, format!("{text}\n"))?;
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600))?;
    Ok(file.display().to_string())
}

/// Types a command at a node, signed in as its kierownik.
async fn cli(world: &World, at: &str, words: &[String]) -> Result<Value> {
    let home = world.home();
    let (config, secrets) = (home.join("node.toml"), private(world, "secrets", PASSWORD)?);
    std::fs::write(&config, "")?;
    let runtime = home.join("runtime").display().to_string();
    let around = Surroundings::of(&[("XDG_RUNTIME_DIR", &runtime)]);
    let fixed = [
        "wiez-node".to_owned(),
        "--config".to_owned(),
        config.display().to_string(),
        "--data-dir".to_owned(),
        world.party(at)?.data_dir().display().to_string(),
    ];
    let login = ["login", ANNA.login, "--secrets"].map(str::to_owned);
    let login = login.iter().cloned().chain([secrets]);
    let mut told = json!(null);
    for words in [login.collect::<Vec<_>>(), words.to_vec()] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args: Vec<_> = fixed.iter().chain(&words).map(|word| word.as_str().into()).collect();
        let run = Box::pin(run_async(args, &around, &mut out, &mut err));
        let ran = wiez_tests::tasks::within(PATIENCE, world.meanwhile("a command ends", run)).await;
        let code = ran.context("the command does not end")??;
        told = json!({"code": code, "out": String::from_utf8(out)?, "err": String::from_utf8(err)?});
    }
    Ok(told)
}
