//! Answers given in the pages of one institution arrive in the pages of the other, over a real hub.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use wiez_node::casework::CaseKind;
use wiez_node::config::Pages;
use wiez_node::session::COOKIE;
use wiez_node::web::bind;
use wiez_proto::vocab::{Category, ReferralStatus as S};
use wiez_tests::World;
use wiez_tests::acts::{SUBJECT, named};

use crate::given::{CHILD, GIVE, region_with_consent};

/// The pages of one institution and the worker who sits there.
struct Desk<'a> {
    world: &'a World,
    at: &'a str,
    address: SocketAddr,
    _stop: watch::Sender<bool>,
}

/// What came back: status, where it leads, the page.
struct Reply {
    status: u16,
    location: String,
    body: String,
}

impl<'a> Desk<'a> {
    async fn of(world: &'a World, at: &'a str) -> Result<Self> {
        let hosts = ["localhost", "127.0.0.1"].map(str::to_owned).to_vec();
        let pages = Pages { listen: "127.0.0.1:0".parse()?, hosts, tls: None };
        let bound = bind(Arc::clone(world.node(at)?), pages).await?;
        let (address, stop) = (bound.address()?, watch::Sender::new(false));
        let stopped = stop.subscribe();
        wiez_tests::tasks::spawn(bound.run(stopped));
        Ok(Self { world, at, address, _stop: stop })
    }

    async fn sends(&self, head: &str, body: &str) -> Result<Reply> {
        let token = self.world.party(self.at)?.token().await?;
        let address = self.address;
        let request = format!(
            "{head} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
             Cookie: {COOKIE}={token}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut bytes = vec![];
            stream.read_to_end(&mut bytes).await?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&bytes).into_owned())
        };
        let answer = self.world.meanwhile(head, answer).await??;
        let (top, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        let status = top.split(' ').nth(1).context("no status")?.parse()?;
        let location = top.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
        Ok(Reply { status, location: location.to_owned(), body: body.to_owned() })
    }

    async fn sees(&self, path: &str) -> Result<String> {
        let reply = self.sends(&format!("GET {path}"), "").await?;
        ensure!(reply.status == 200, "{path}: {} {}", reply.status, reply.location);
        Ok(reply.body)
    }

    /// Fills in the form of a page that sends to `path` and sends it, with what the page hides in it.
    async fn fills(&self, page: &str, form: &str, path: &str, typed: &[(&str, &str)]) -> Result<Reply> {
        let shown = self.sees(page).await?;
        let found = shown.split("<form").find(|part| part.contains(&format!("action=\"{form}\"")));
        let found = found.with_context(|| format!("{page} has no form {form}: {shown}"))?;
        let form = found.split("</form>").next().unwrap_or_default();
        let mut body = String::new();
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|part| {
            let (name, rest) = part.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split('"').next()?.to_owned()))
        });
        let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        for (name, value) in hidden.chain(typed) {
            let _ = write!(body, "{}{name}={}", if body.is_empty() { "" } else { "&" }, encoded(&value));
        }
        self.sends(&format!("POST {path}"), &body).await
    }
}

fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Codes of receipts on a page.
fn receipts(page: &str) -> Vec<&str> {
    page.split("kod potwierdzenia ").skip(1).filter_map(|rest| rest.get(..9)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_its_answer_and_a_proposal_go_through_the_pages_of_both() -> Result<()> {
    let (world, consent) = region_with_consent(81).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    world.until_case("ops", &ours, S::Delivered).await?;
    let (ops, school) = (Desk::of(&world, "ops").await?, Desk::of(&world, "sp3").await?);
    let (own, other) = (format!("/sprawy/{ours}"), format!("/sprawy/{theirs}"));

    let page = school.sees(&other).await?;
    assert!(page.contains("Zofia Wrona") && page.contains("autofocus>Przyjmij"), "{page}");
    world.until_case("ops", &ours, S::Opened).await?;
    let code = receipts(&ops.sees(&own).await?).first().copied().unwrap_or_default().to_owned();
    assert!(code.len() == 9 && page.contains(&code), "both read out the same code: {code} {page}");

    let answers = format!("{other}/odpowiedz");
    let asked = school
        .fills(&answers, &format!("{other}/pytanie"), &format!("{other}/pytanie"), &[("pytanie", "Która klasa?")])
        .await?;
    assert_eq!(asked.location, format!("{other}?zrobione=zapytano"), "{}", asked.body);
    world.until_case("ops", &ours, S::NeedInfo).await?;
    assert!(ops.sees(&own).await?.contains("co=uzupelnij"));
    let typed = [("kategoria", "PLAN_TASKS"), ("tresc", "klasa 3b")];
    let form = format!("{own}/uzupelnij");
    let told = ops.fills(&format!("{own}/odpowiedz?co=uzupelnij"), &form, &form, &typed).await?;
    assert_eq!(told.location, format!("{own}?zrobione=uzupelniono"), "{}", told.body);
    world.until_case("sp3", &theirs, S::Delivered).await?;
    assert!(school.sees(&other).await?.contains("klasa 3b"));

    let form = format!("{other}/przyjmij");
    assert_eq!(school.fills(&other, &form, &form, &[]).await?.status, 303);
    world.until_case("ops", &ours, S::Accepted).await?;

    // It turns out to belong elsewhere. The school has no consent of its own: the gate says so, the text stays, and the
    // sender is asked instead; the draft of the try waits for nobody.
    let form = format!("{other}/przekaz");
    let typed = [("do", "pcpr"), ("powod", "R_NOT_COMPETENT"), ("cel", "Asystent rodziny")];
    let stopped = school.fills(&form, &form, &form, &typed).await?;
    assert!(stopped.status == 409 && stopped.body.contains("WZ-ZGO-001"), "{} {}", stopped.status, stopped.body);
    assert!(stopped.body.contains("value=\"pcpr\" selected") && stopped.body.contains(">Asystent rodziny</textarea>"));
    let proposed = school.fills(&form, &form, &format!("{other}/zaproponuj"), &[("do", "pcpr")]).await?;
    assert_eq!(proposed.location, format!("{other}?zrobione=zaproponowano"), "{}", proposed.body);
    world.until_case("ops", &ours, S::RedirectProposed).await?;
    let page = ops.sees(&own).await?;
    assert!(page.contains("Proponowany odbiorca:") && page.contains(&format!("/nowe?sprawa={ours}")), "{page}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misdirected_case_goes_on_under_the_schools_own_number_and_consent() -> Result<()> {
    let (world, consent) = region_with_consent(82).await?;
    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    let own = world.consent("sp3", &[named("pcpr").give(GIVE)]).await?;
    let school = Desk::of(&world, "sp3").await?;
    let form = format!("/sprawy/{theirs}/przekaz");
    let shown = school.sees(&form).await?;
    assert!(shown.contains("Zofia Wrona") && shown.contains("frekwencja 61%"), "nothing is typed twice: {shown}");
    let typed = [
        ("do", "pcpr"),
        ("powod", "R_NOT_COMPETENT"),
        ("cel", "Asystent rodziny"),
        ("tresc", "Zofia Wrona"),
        ("tresc", "frekwencja 61%"),
        ("dolacz", "0"),
        ("dolacz", "1"),
        ("numer", SUBJECT),
    ];
    // The consent names nobody: the number says whose it is, and what is known under it is looked at before it goes.
    let looked = school.fills(&form, &form, &form, &typed).await?;
    assert!(looked.status == 200 && looked.body.contains(&own), "{} {}", looked.status, looked.body);
    let sent = school.fills(&form, &form, &form, &typed).await?;
    assert!(sent.status == 303 && sent.location.ends_with("?zrobione=przekazano"), "{} {}", sent.status, sent.body);
    world.until_case("ops", &ours, S::Forwarded).await?;
    let third = world.arrived("pcpr", CaseKind::Referral, &[]).await?;
    let pcpr = Desk::of(&world, "pcpr").await?;
    assert!(pcpr.sees(&format!("/sprawy/{third}")).await?.contains("Asystent rodziny"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_answered_in_the_pages_and_a_withdrawn_consent_hides_what_it_covered() -> Result<()> {
    let (world, consent) = region_with_consent(83).await?;
    let wanted = [Category::EduProgress];
    let other = world.consent("ops", &[named("sp3").give(GIVE).receive(&wanted)]).await?;
    let question = world.inquire("ops", "sp3", &other, &wanted, &[(Category::IdName, "Zofia Wrona")]).await?;
    let asked = world.arrived("sp3", CaseKind::Info, &[]).await?;
    let (ops, school) = (Desk::of(&world, "ops").await?, Desk::of(&world, "sp3").await?);
    let form = format!("/sprawy/{asked}/odpisz");
    let typed = [("kategoria", "EDU_PROGRESS"), ("tresc", "Frekwencja 61 procent.")];
    let told = school.fills(&form, &form, &form, &typed).await?;
    assert_eq!(told.location, format!("/sprawy/{asked}?zrobione=odpisano"), "{}", told.body);
    world.until_case("ops", &question, S::Completed).await?;
    assert!(ops.sees(&format!("/sprawy/{question}")).await?.contains("Frekwencja 61 procent."));

    let ours = world.refer("ops", "sp3", &consent, CHILD).await?;
    let theirs = world.arrived("sp3", CaseKind::Referral, &[]).await?;
    assert!(school.sees(&format!("/sprawy/{theirs}")).await?.contains("frekwencja 61%"));
    world.withdraw("ops", &consent).await?;
    world.until_case("sp3", &theirs, S::CancelledConsent).await?;
    let page = school.sees(&format!("/sprawy/{theirs}")).await?;
    assert!(page.contains("Zgodę wycofano (") && !page.contains("frekwencja 61%"), "{page}");
    assert!(!school.sees(&format!("/sprawy/{theirs}/druk")).await?.contains("frekwencja 61%"));
    let notice = world.arrived("sp3", CaseKind::Notice, &[]).await?;
    let form = format!("/sprawy/{notice}/zawiadomienie");
    let told = school.fills(&format!("/sprawy/{notice}/odpisz"), &form, &form, &[("odpowiedz", "DELETED")]).await?;
    assert_eq!(told.location, format!("/sprawy/{notice}?zrobione=zawiadomiono"), "{}", told.body);
    world.until_case("ops", &ours, S::CancelledConsent).await?;
    Ok(())
}
