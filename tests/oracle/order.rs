//! The oracle's order of decision at a node: what the sender's gate says, what the recipient's gate says.

use std::collections::BTreeSet;

use wiez_proto::refusal::Reason;
use wiez_proto::vocab::{BasisClass, BasisCode, Category, InstitutionKind, MessageKind};

use crate::case::{Address, Case, No};
use crate::judge;
use crate::table::{self, Categories, Row};

/// Codes of the flags under which a message goes.
pub(crate) type Flags = BTreeSet<&'static str>;

/// So many statutory messages may one worker send in 24 hours before somebody looks.
const DAILY: u32 = 20;

/// A row and the roles in which the two institutions meet in it.
struct Met {
    row: &'static Row,
    case: Case,
}

/// On which row it goes, whether marked as acting for the group, and under which flags.
pub(crate) type Sent = (&'static str, bool, Flags);

/// The sender's gate: the first answer wins.
pub(crate) fn sends(case: &Case) -> Result<Sent, No> {
    addressed(case)?;
    let senders = case.senders();
    let Met { row, case } = meet(case)?;
    no_consent_on_statutes(row, &case)?;
    stated(row, &case)?;
    judge::within(row, &case)?;
    judge::by_role(row, &case)?;
    text(&case)?;
    let carried = case.carried();
    if carried.contains(&Category::Reporter) && !case.reason_to_name_reporter {
        return Err(No::about(Reason::ReporterLeak, [Category::Reporter]));
    }
    consent(row, &case)?;
    let flags = second_person(row, &case, &senders)?;
    Ok((row.name, row.for_group, flags))
}

/// The recipient's gate: it trusts nobody, but a duty is taken in.
pub(crate) fn takes(case: &Case) -> Result<Flags, No> {
    let Met { row, case } = meet(case)?;
    let duty = row.duty || row.class == BasisClass::VitalInterest;
    let mut flags = Flags::new();
    if case.arrival.other_row {
        flag_or_refuse(duty, No::because(Reason::Basis), "POLICY_DIFFERS", &mut flags)?;
    }
    no_consent_on_statutes(row, &case)?;
    if let Err(no) = stated(row, &case).and_then(|()| marked(row, &case)) {
        flag_or_refuse(duty, no, "FIELDS_MISSING", &mut flags)?;
    }
    if case.arrival.false_list {
        return Err(No::because(Reason::Category));
    }
    judge::within(row, &case)?;
    judge::by_role(row, &case)?;
    text(&case)?;
    if answers(case.kind) && !case.arrival.own_thread {
        return Err(No::because(Reason::NotFound));
    }
    if case.arrival.unsigned && signed_by_somebody(&case) {
        flag_or_refuse(duty, No::because(Reason::WorkerSignature), "WORKER_SIGNATURE", &mut flags)?;
    }
    if row.class == BasisClass::Consent {
        if case.consent.is_some() && !case.arrival.registered {
            return Err(No::because(Reason::EdgeUnknown));
        }
        consent(row, &case)?;
    }
    if duty {
        flags.extend((!case.verified).then_some("UNVERIFIED"));
        flags.extend((!judge::for_second_person(row, &case).is_empty()).then_some("SPECIAL"));
        flags.extend(told_anyway(row, &case));
    }
    Ok(flags)
}

/// Whether a person answers for it by name: facts about people, questions about them, and what is asked without names.
fn signed_by_somebody(case: &Case) -> bool {
    let anonymous = matches!(case.kind, MessageKind::ConsultAnon | MessageKind::ReplyAnon);
    anonymous || !case.carried().is_empty() || !case.asked.is_empty()
}

/// Whether the case comes so far that a row judges it.
pub(crate) fn knows_row(case: &Case) -> bool {
    addressed(case).and_then(|()| meet(case)).is_ok()
}

/// Whether its row is sent for a group.
pub(crate) fn for_group(case: &Case) -> bool {
    meet(case).is_ok_and(|met| met.row.for_group)
}

fn addressed(case: &Case) -> Result<(), No> {
    match case.address {
        Address::Known | Address::Suspended => Ok(()),
        Address::Unknown => Err(No::because(Reason::RecipientUnknown)),
        Address::Oneself => Err(No::because(Reason::RecipientSelf)),
        Address::OtherKeys => Err(No::because(Reason::KeyChanged)),
        Address::Revoked => Err(No::because(Reason::RecipientRevoked)),
    }
}

/// Tries every role of the sender with every role of the recipient; the first that fits decides, else the first refusal.
fn meet(case: &Case) -> Result<Met, No> {
    let mut first = None;
    for from in case.senders() {
        for to in case.recipients() {
            match judge::find(case.kind, from, to, named_basis(case)) {
                Ok(row) => return Ok(Met { row, case: Case { from, to, ..case.clone() } }),
                Err(no) => drop(first.get_or_insert(no)),
            }
        }
    }
    Err(first.unwrap())
}

/// A message under consent or without personal data names no article; any of its class stands for it.
pub(crate) fn named_basis(case: &Case) -> BasisCode {
    match judge::class_of(case.basis) {
        BasisClass::Consent => BasisCode::C6a,
        BasisClass::NoPersonalData => BasisCode::NoPd,
        BasisClass::Statutory | BasisClass::VitalInterest => case.basis,
    }
}

fn lawful(row: &Row) -> bool {
    matches!(row.class, BasisClass::Statutory | BasisClass::VitalInterest)
}

fn no_consent_on_statutes(row: &Row, case: &Case) -> Result<(), No> {
    if lawful(row) && case.consent.is_some() { Err(No::because(Reason::ConsentNotApplicable)) } else { Ok(()) }
}

fn stated(row: &Row, case: &Case) -> Result<(), No> {
    let missing = judge::missing(row, case);
    if missing.is_empty() { Ok(()) } else { Err(No::about(Reason::Basis, missing)) }
}

/// "Acting for the group" stands in the statement exactly where the row says so.
fn marked(row: &Row, case: &Case) -> Result<(), No> {
    if lawful(row) && case.arrival.wrong_mark { Err(No::because(Reason::FieldInvalid)) } else { Ok(()) }
}

/// A message that says it carries nothing holds no PESEL; a reply stays within its question and on its basis.
fn text(case: &Case) -> Result<(), No> {
    if case.hides_pesel && case.carried().is_empty() {
        return Err(No::because(Reason::PersonalDataFound));
    }
    if case.kind != MessageKind::InfoReply {
        return Ok(());
    }
    let question = case.question.as_ref().filter(|question| !question.of_another);
    let question = question.ok_or_else(|| No::because(Reason::ReplyScope))?;
    let basis =
        Some(case.basis).filter(|basis| !matches!(judge::class_of(*basis).code(), "CONSENT" | "NO_PERSONAL_DATA"));
    if basis != question.basis {
        return Err(No::because(Reason::Basis));
    }
    let unasked: Categories = case
        .carried()
        .difference(&question.asked)
        .copied()
        .filter(|fact| !matches!(fact, Category::Logistics | Category::None))
        .collect();
    if unasked.is_empty() { Ok(()) } else { Err(No::about(Reason::ReplyScope, unasked)) }
}

/// In its own class a consent must live and cover; elsewhere there is none.
fn consent(row: &Row, case: &Case) -> Result<(), No> {
    if row.class != BasisClass::Consent {
        return if case.consent.is_some() { Err(No::because(Reason::ConsentNotApplicable)) } else { Ok(()) };
    }
    let consent = case.consent.ok_or_else(|| No::because(Reason::ConsentMissing))?;
    if consent.withdrawn {
        return Err(No::because(Reason::ConsentWithdrawn));
    }
    let covered = table::categories(if consent.narrow { table::NARROW } else { table::CONSENTABLE });
    for wanted in [case.carried(), case.asked.clone()] {
        let beyond: Categories = wanted.difference(&covered).copied().collect();
        if !beyond.is_empty() {
            return Err(No::about(Reason::ConsentScope, beyond));
        }
    }
    Ok(())
}

/// A life in danger and a duty never wait; everything else stops at its first concern.
fn second_person(row: &Row, case: &Case, senders: &[InstitutionKind]) -> Result<Flags, No> {
    let concerns = concerns(row, case, senders);
    if row.class == BasisClass::VitalInterest || row.duty {
        return Ok(concerns.into_iter().map(|(flag, _)| flag).chain(told_anyway(row, case)).collect());
    }
    match concerns.into_iter().next() {
        Some((_, no)) => Err(no),
        None => Ok(told_anyway(row, case)),
    }
}

/// Flags that say what it is, not what is doubtful about it.
fn told_anyway(row: &Row, case: &Case) -> Flags {
    let mut out = Flags::new();
    out.extend((row.class == BasisClass::VitalInterest).then_some("VITAL"));
    out.extend(case.carried().contains(&Category::Reporter).then_some("OVERRIDE"));
    out
}

/// What speaks against sending alone, first concern first: the flag on a duty, the refusal of everything else.
fn concerns(row: &Row, case: &Case, senders: &[InstitutionKind]) -> Vec<(&'static str, No)> {
    let mut out = Vec::new();
    if row.class == BasisClass::NoPersonalData {
        return out;
    }
    if !case.verified {
        out.push(("UNVERIFIED", No::because(Reason::BasisUnverified)));
    }
    let special = judge::for_second_person(row, case);
    if !special.is_empty() {
        out.push(("SPECIAL", No::about(Reason::ReviewRequired, special)));
    }
    let disclosed = disclosed_to_issuer(case);
    if !disclosed.is_empty() {
        out.push(("SPECIAL", No::about(Reason::ReviewRequired, disclosed)));
    }
    let secret = kept_secret(case, senders);
    if !secret.is_empty() && case.release.is_none() {
        out.push(("SECRECY", No::about(Reason::Secrecy, secret)));
    }
    if lawful(row) && case.used >= DAILY {
        out.push(("QUOTA", No::because(Reason::ReviewRequired)));
    }
    out
}

/// Sensitive answers under a consent that the asking side recorded itself.
fn disclosed_to_issuer(case: &Case) -> Categories {
    if case.kind != MessageKind::InfoReply || !case.consent.is_some_and(|consent| consent.of_recipient) {
        return Categories::new();
    }
    case.carried().intersection(&table::categories(table::SENSITIVE)).copied().collect()
}

/// The secrecy of each role in which the sender acts; the first that closes something is told.
fn kept_secret(case: &Case, senders: &[InstitutionKind]) -> Categories {
    let carried = case.carried();
    let closed = |kind: &InstitutionKind| judge::secret(*kind, case.basis, &carried);
    senders.iter().map(closed).find(|secret| !secret.is_empty()).unwrap_or_default()
}

/// Kinds that make sense only as an answer to the recipient.
const fn answers(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::ReferralStatus
            | MessageKind::InfoReply
            | MessageKind::InfoRefusal
            | MessageKind::ReplyAnon
            | MessageKind::AckHuman
            | MessageKind::ConsentWithdrawnAnswer
    )
}

/// Whether somebody at the recipient may read now what was taken in: no log can end what rests on a statute, but the
/// work of a team is read by its declared members only; a consent must be known to live.
pub(crate) fn shows(case: &Case) -> Result<Flags, No> {
    takes(case)?;
    if case.basis.code() == "UPPD_9C" && !case.arrival.declared {
        return Err(No::because(Reason::DeclarationMissing));
    }
    if judge::class_of(case.basis) == BasisClass::Consent && !case.arrival.fresh {
        return Err(No::because(Reason::StaleConsentState));
    }
    Ok(Flags::new())
}

fn flag_or_refuse(duty: bool, no: No, flag: &'static str, flags: &mut Flags) -> Result<(), No> {
    if !duty {
        return Err(no);
    }
    flags.insert(flag);
    Ok(())
}
