# English: every sentence of the command line. Refusals and names of codes have files of their own in the contract.

next = Next: {$command}
next-serve = wiez-node serve --data-dir {$dir}
next-people = wiez-node people add --uid UID --name NAME --role ROLE
next-referral = wiez-node referral show {$number}
next-info = wiez-node info show {$number}
next-consult = wiez-node consult show {$number}
next-case = wiez-node case show {$number}
next-resend = wiez-node referral resend {$number} – without the withdrawn data
next-consent = wiez-node referral send --consent {$number} --subject {$subject} --to INSTITUTION …
next-alarms = wiez-node alarms
next-allowed = possible states: {$states}
done = Done.
nothing = There is nothing here.
sent = Handed over for sending, case {$number}. Due: {$due}.
working-copy = WORKING COPY ("kopia robocza"): the formal letter is not entered yet. When it has gone: wiez-node formal {$number} ADE|EPUAP|PAPER NUMBER DATE
working-copy-theirs = WORKING COPY ("kopia robocza"): there is no formal letter yet. When it arrives: wiez-node formal {$number} ADE|EPUAP|PAPER NUMBER DATE
sent-flagged = It goes at once. A second person looks at it within 24 hours: {$flags}.
phone = Telephone: {$phone}
life-first = If life or health is in danger, call 112 first.
life-phoned = It was not said who was called: --phoned "WHO, TIME". The message goes all the same.
queued-offline = The hub does not answer now. The case waits in this node and will be sent by itself.
kept-again = {"  "}The draft is kept: {$case}. When the obstacle is gone: wiez-node case resend {$case}
kept-consent = {"  "}The draft is kept: {$case}. When there is a consent that covers it: wiez-node case resend {$case} --consent NUMBER
kept-without = {"  "}The draft is kept: {$case}. Send the rest: wiez-node case resend {$case} --without {$without}
kept-review = {"  "}The draft {$case} waits for a second person and leaves exactly as it is when that person confirms: wiez-node review list
kept-other = {"  "}The draft is kept: {$case}. What is in it: wiez-node case show {$case}
other-basis = {"  "}The basis comes before the consent. This institution can be asked the same on a statute: wiez-node info ask --basis {$basis} …
nearest = {"  "}Did you mean "{$nearest}"?
node-away = The node on this machine is not running (folder {$dir}). Nothing changed. Start it: wiez-node serve
config-good = The configuration is good.
joined = Joined: {$name}, region {$region}. Signing key {$key}; read it to the ROPS by telephone. Data: {$dir}
serving = The node runs: {$name}. Data: {$dir}
serving-none = No node was started, because the folder {$dir} could not be opened:
web-cert = The certificate of the pages is ready. In the configuration, part [web]: tls_cert = "{$cert}", tls_key = "{$key}", hosts = {$hosts}; listen = "0.0.0.0:8710" opens the pages to the network. A running node reads a renewed certificate by itself.
web-ca-new = PCs have to trust the authority {$ca} (group policy: Trusted Root Certification Authorities). SHA-256: {$fingerprint}
web-ca-same = The authority is the same ({$ca}, SHA-256 {$fingerprint}); nothing has to be changed on PCs.
log-good = Log: {$size} leaves fetched and hashed, signatures and consistency good, root {$root}, as of {$at}
hub-since = Hub: connected since {$since}
hub-away = Hub: not connected ({$why})
log-size = Log: {$size} leaves
alarmed = ATTENTION: there are alarms that a person has to look at.
key-alarm = ATTENTION: the keys of {$institution} changed without the old key's agreement; nothing leaves for it.
turn-ours = our turn until {$due}
turn-theirs = their turn until {$due}
late = OVERDUE
yes = yes
no = no
apart = [apart]
export-title = Case {$subject}, institution {$institution}. What the person concerned may be given:
export-of = The case number was given by the institution: {$institution}
export-note = The list may be incomplete: paper files and what a statute does not let be disclosed are not in it. The data-protection officer answers requests of persons.
formal = Formal letter: {$channel}, {$number}, {$date}
about = Grew out of case: {$number}
reviewed-as = review by a second person: {$id} (wiez-node review list)
obligations = What is owed, and by when:
owed = {$what}: until {$due} ({$rule}); {$owner}
owed-done = done {$at}
holder-WORKER = the worker
holder-MANAGER = the manager took over
owner-REFERRER = the sender
owner-REFERRER_MANAGER = the sender's manager
owner-PROVIDER = the recipient
owner-PROVIDER_MANAGER = the recipient's manager
cause-NO_HUB = no connection
cause-NOT_RUNNING = the node did not run
outage-NO_HUB = MISSED – OUTAGE: no connection from {$from} to {$to}
outage-NOT_RUNNING = MISSED – OUTAGE: the node did not run from {$from} to {$to}
review-before = waits for a second person
review-after = went at once, to be looked at
review-asker = from: {$who}; until {$due}
review-asked = asks for: {$categories}
review-sent = Exactly what waited was sent, case {$number}.
decision-CONFIRMED = confirmed
decision-REJECTED = not confirmed
decision-OVERTAKEN = confirmed, but the gate does not allow it any more
alone = (alone, because nobody else is here)
declared = declaration of confidentiality: {$on}
alarm-DUTY_REFUSED = A DUTY DID NOT ARRIVE
alarm-DUTY_REJECTED = a second person found a report not justified
alarm-LOG_INCONSISTENT = the hub contradicted itself
alarm-CLOCK_SKEW = clocks disagree
alarm-KEY_CHANGED = keys of an institution changed
alarm-UNVERIFIABLE = cannot be verified
alarm-settled = settled: {$who}, {$at}
history = History:
pair-live = in force
pair-ended = ended {$at}, confirmed in the log
pair-ending = ended {$at}, not yet confirmed in the log
row-usable = may be used
row-closed = waits for the data-protection officer
row-duty = duty: waits for nobody
row-hidden = the person concerned does not see it
row-review = second person: {$categories}
part-id = name of the row
part-kind = what
part-senders = from
part-recipients = to
part-class = kind of basis
part-bases = bases
part-consent = consent
part-categories = at most these data
part-never = never to
part-review = always a second person for
part-due = answer by
part-clock_from = counted from
part-expects = expected answer
part-feedback = feedback to the reporter
part-owes = owed
part-requires = required fields
part-role_matrix = closed list of data by role
part-matrix = role
part-secrecy = secrecy
part-for_gdp = for the diagnostic-and-help group
part-duty = duty, waits for nobody
part-subject_sees = the person concerned
part-act = provision
part-source = where deadline and extent come from
part-value-REQUIRED = required
part-value-FORBIDDEN = forbidden
part-value-STARTED = the day on which the procedure was started
part-value-SENDER = sender
part-value-RECIPIENT = recipient
part-value-EVENT = the event, no person
part-value-CONSENT = consent of the person
part-value-yes = sees it
part-value-never = does not see it
part-secrecy-rule = binds {$senders}; closes {$categories}; opened by {$opened}
due-MINUTES = {$n} min
due-WORKING_DAYS = end of working day {$n}
due-CALENDAR_DAYS = end of day {$n}
due-BY_URGENCY = by urgency
case-REFERRAL = referral
case-INFO = request for information
case-CONSULT = question without data
case-NOTICE = withdrawn consent
case-SIGNAL = signal
case-ALERT = alert
case-NK = Blue Card ("Niebieska Karta")
case-CRIME = notice of a crime
case-COURT = notice to the guardianship court
case-QUERY = query of the Police or a probation officer
case-TRANSFER = transfer of a case
case-MEDIATION = mediation
consent-ACTIVE = active
consent-NARROWED = narrowed
consent-WITHDRAWN = withdrawn
consent-EXPIRED = expired
consent-SUSPENDED = suspended – parents in conflict
consent-PREPARED = prepared, not signed
consent-REFUSED = refused
paper-good = The code is genuine: consent { $number }, printed by { $issuer } (tel. { $phone }), valid until { $date }.
paper-over = The last day of this consent is over.
paper-left = This institution takes part no more.
paper-signed-by-hand = The code says what was printed. Whether the person signed stands on the paper; whether the consent was withdrawn is known to the institution that printed it.
standing-ACTIVE = active
standing-SUSPENDED = suspended
standing-REVOKED = revoked
state-DRAFT = draft
state-QUEUED = waits to be sent
state-ACCEPTED = in the hub
state-RECEIVED = received
state-REFUSED = not taken
state-BLOCKED = stopped
state-UNCERTAIN = uncertain
state-EXPIRED = expired
state-STOPPED = stopped here
banner-OUTAGE = Shown without the newest state of consents: it was opened before, while the consent was in force.
banner-KEPT_ON_BASIS = The consent was withdrawn; the content is kept on another basis.
banner-NARROWED = A part of the consent was withdrawn; only what the narrower consent covers is shown.
field-topic = topic
field-text = text
field-question = question
field-asked = asked for
field-why_needed = why needed
field-partial = partial answer
field-reason = reason
field-what_would_help = what would help
field-status = state
field-earliest_date = earliest
field-outcome = outcome
field-note = note
field-original_sender = original author
field-original_message_id = original message
field-original_envelope_hash = original envelope hash
field-why = why forwarded
field-service = service
field-goal = goal
field-urgency = urgency
field-wished_by = wished by
field-language = language
field-accessibility = needs
field-code = code
field-scope = scope
field-answer = answer
field-basis = basis
field-case_ref = reference of the case
field-officer = number of the officer
field-order_ref = reference of the order
field-justification = justification
field-formal_ref = formal letter
field-override_reason = why the reporter is named
field-for_gdp = acting for the diagnostic and help group
field-started_on = procedure started on
field-phoned = called by telephone
field-release = release from secrecy
field-signal_reason = reason of the signal
field-where = where
field-ack = acknowledgement
field-mediation = state of the mediation
field-phoned_at_ms = time of the call
field-phoned_by = who called
field-what = what happened
field-place = place
field-in_danger = who is in danger
field-family_knows = the family knows of it
field-form_version = version of the form
field-incident = what happened
field-file_hash = hash of the signed form
field-meeting_on = sitting of the group
field-tasks = tasks
field-new_teryt = new municipality (TERYT)
field-given_on = form B handed over on
field-open_items = what is still to be done
field-dispute = reason of the dispute
field-referral = number of the referral
field-teryt = area (TERYT)
field-proposed = proposed provider

where-DRAFT = A draft in this node; nothing was sent.
where-HELD = Held in this node; nothing reached the workers at {$peer}.
where-HELD-NOBODY = Not taken to be passed on; nothing reached: {$peer}.
where-HELD-GATE = The node of the other institution did not take it: {$peer}; the content was shown to nobody there.
where-QUEUED = Waits in this node to be sent to {$peer}.
where-SENT = Lies in the hub until {$peer} collects it.
where-DELIVERED = Is in the node of {$peer}; nobody has opened it yet.
where-OPENED = Opened and read; there is no answer yet. Other side: {$peer}.
where-NEED_INFO = A question was asked; the case with {$peer} waits for more information.
where-ACCEPTED = Accepted; the work has not begun. Other side: {$peer}.
where-DECLINED = Declined with a reason. Other side: {$peer}.
where-FORWARDED = Forwarded to the competent institution. Other side: {$peer}.
where-REDIRECT_PROPOSED = Another recipient was proposed. Other side: {$peer}.
where-WAITLISTED = On the waiting list. Other side: {$peer}.
where-IN_PROGRESS = In progress. Other side: {$peer}.
where-COMPLETED = Completed. Other side: {$peer}.
where-INTERRUPTED = Interrupted. Other side: {$peer}.
where-CLOSED_NO_CONTACT = Closed because the person could not be reached. Other side: {$peer}.
where-RECALLED = Recalled before it was opened. Other side: {$peer}.
where-EXPIRED = The time passed without an answer; the case is back with the sender. Other side: {$peer}.
where-CANCELLED_CONSENT = Closed because the consent was withdrawn. Other side: {$peer}.
where-CANCELLED_BY_SENDER = Taken back by the sender. Other side: {$peer}.
where-IN_MEDIATION = In mediation. Other side: {$peer}.

what-HELD = {$who}: the gate held it back
what-QUEUED = {$who}: handed over for sending
what-HUB_ACCEPTED = {$who}: stored in the hub and in its log
what-RECEIVED = {$who}: the recipient's node signed the receipt
what-REFUSED = {$who}: not taken
what-BLOCKED = {$who}: stopped before hand-out; the recipient did not get the content
what-UNCERTAIN = {$who}: stopped, but it may have left the hub
what-EXPIRED = {$who}: its time to live ended
what-STOPPED = {$who}: stopped in this node; nothing left
what-ARRIVED = Arrived from {$who}
what-OPENED = {$who}: opened for the first time
what-DECIDED = {$who}: decision
what-REPORTED = {$who}: reported a state
what-IGNORED = {$who}: the reported state does not fit; nothing changed
what-ANSWERED = {$who}: answer
what-FORWARDED = {$who}: forwarded to the competent institution
what-CANCELLED = {$who}: took the referral back
what-CONSENT_ENDED = {$who}: the consent ended
what-NOTICE_SENT = {$who}: sent the notice of the withdrawn consent
what-NOTICE_ARRIVED = {$who}: notice of a withdrawn consent
what-NOTICE_ANSWERED = {$who}: answer to the notice
what-DELETED = {$who}: the content was destroyed
what-DEADLINE_MISSED = {$who}: a deadline passed; the next person takes over
what-WAITING = {$who}: does not take it for now; the message waits in this node and is sent by itself, tried until {$until} at the latest
what-STUCK = {$who}: it cannot be sent now; the message waits in this node and is sent by itself when the obstacle is gone, {$until} at the latest
what-ACKNOWLEDGED = {$who}: acknowledged
what-FEEDBACK_SENT = {$who}: gave feedback
what-FEEDBACK_ARRIVED = {$who}: feedback arrived
what-FORMAL_ENTERED = {$who}: entered the formal letter
what-DISPATCHED = {$who}: passed on to the members of the group
what-NOTED = {$who}: note of the group
what-HANDED_B = {$who}: form B was handed over
what-SITTING = {$who}: the group sat
what-MEDIATION_ASKED = {$who}: asked for mediation
what-MEDIATED = {$who}: step of the mediation
what-CLOSED = {$who}: closed the case
what-REMINDED = {$who}: reminder: the last working day is left
what-MISSED = {$who}: date missed; the manager takes over
what-MISSED_OUTAGE = {$who}: date missed – outage; the manager takes over
what-REVIEWED = {$who}: a second person confirmed
what-REVIEW_REJECTED = {$who}: a second person did not confirm

cases-open =
    { $n ->
        [one] { $n } open case
        *[other] { $n } open cases
    }
cases-late =
    { $n ->
        [one] { $n } case overdue
        *[other] { $n } cases overdue
    }
outbox-waiting =
    { $n ->
        [one] { $n } message under way
        *[other] { $n } messages under way
    }
consents-live =
    { $n ->
        [one] { $n } consent in force
        *[other] { $n } consents in force
    }
stopped =
    { $n ->
        [one] { $n } message was stopped before it left
        *[other] { $n } messages were stopped before they left
    }
reviews-open =
    { $n ->
        [one] { $n } review waits.
        *[other] { $n } reviews wait.
    }
dispatched =
    { $n ->
        [one] Passed on to { $n } institution.
        *[other] Passed on to { $n } institutions.
    }
owed-open =
    { $n ->
        [one] { $n } thing is owed
        *[other] { $n } things are owed
    }

signed-in = Signed in. After 10 idle minutes the session locks (wiez-node unlock), after 12 hours it ends.
ask-password = Password:
ask-new-password = New password, at least 12 characters:
ask-code = Code of the sheet or of the program:
ask-paper-code = Paper code, printed when joining:
first-code = Code for the first manager. It is shown only now; with it: wiez-node account first LOGIN --name NAME --worker-role KIEROWNIK
first-password = First password of the account {$login}. It is shown only now; after signing in an own one has to be set:
codes-once = One-time codes. They are shown only now; an earlier sheet works no more:
sheets-once = Recovery sheets. They are shown only now. Print them, keep them in three places, never at the ROPS; any two restore the key, one tells nothing.
sheet-title = Sheet {$n} of 3, set {$set}
next-totp = wiez-node account factor totp --secret THIS_KEY
left = The account {$login} is closed and its key revoked. Give this person's cases to others.
trail-good = The trail is whole, entries: {$size}. Note this line, and later: wiez-node audit verify --head LINE
account-ACTIVE = active
account-LOCKED = locked
account-LEFT = closed
keys-NONE = without keys
keys-WAITING = keys wait for a manager
keys-GIVEN = with keys
did-OPENED = opened a case
did-SENT = sent a message
did-SIGNED_IN = signed in
did-SIGNED_OUT = signed out
did-PASSWORD_CHANGED = changed the password
did-FACTOR_CHANGED = changed the second factor
did-ACCOUNT_ADDED = made an account
did-ACCOUNT_RESET = reset a password
did-ACCOUNT_LOCKED = locked an account
did-ACCOUNT_UNLOCKED = unlocked an account
did-ACCOUNT_LEFT = closed an account
did-ROLE_CHANGED = changed a role
did-KEYS_GIVEN = gave keys
did-SUBSTITUTE_CHANGED = changed a substitute
did-RECEIVES_CHANGED = change of which new cases come
did-WENT_AWAY = absence
did-CAME_BACK = return
did-CASES_MOVED = cases handed over
did-CASE_EXCLUDED = exclusion from a case
did-CASE_ADMITTED = admission to a case
did-SHEETS_MADE = made recovery sheets
did-RECOVERED = recovered with the sheets
did-EXPORTED = printed for the person
did-CONFLICT_CHANGED = conflict of the parents: noted or ended
did-REVIEWED = decided as the second person
did-PERSON_ADDED = a person of the table of workers

mark-good = good
mark-warn = attention
mark-bad = wrong
check-never = never yet
check-hub = Connection to the hub
check-hub-good = connected: {$at}
check-hub-found = no connection
check-hub-todo = Work can go on; cases wait here and send themselves. Administrator: look at the network and the hub's address.
check-queue = Queue
check-queue-found =
    { $n ->
        [0] nothing waits in ordinary cases
        [one] { $n } message of ordinary cases under way
        *[other] { $n } messages of ordinary cases under way
    }
check-queue-old = something has waited to be sent since {$at}
check-queue-todo = Nothing. The messages go when the connection is back.
check-clock = Clock
check-clock-unknown = not compared, as there is no connection to the hub
check-clock-good =
    { $n ->
        [one] difference from the hub's time: at most { $n } minute
        *[other] difference from the hub's time: at most { $n } minutes
    }
check-clock-found =
    { $n ->
        [one] differs from the hub's time by { $n } minute
        *[other] differs from the hub's time by { $n } minutes
    }
check-clock-todo = Administrator: switch on time synchronisation (timedatectl set-ntp true).
check-log = Log of the region
check-log-found = last signed time: {$at}
check-log-todo = New content under a consent cannot be opened for the first time now. Wait for the connection or call the ROPS.
check-certificate = Certificate of the node
check-certificate-found = valid until {$at}
check-certificate-todo = Administrator: ask the ROPS for a new invitation before that day.
check-pages = Certificate of the pages
check-pages-todo = Administrator: wiez-node web cert; the pages load it by themselves.
check-disk = Disk space
check-disk-found = { $mb } MB free
check-disk-todo = Administrator: free some space; below the limit receiving pauses, and goes on by itself when there is space again.
check-alarms = Alarms
check-alarms-found =
    { $n ->
        [0] no alarms
        [one] { $n } alarm
        *[other] { $n } alarms
    }
check-alarms-todo = Somebody has to look at them: wiez-node alarms
check-substitutes = Substitutes
check-substitutes-good = everybody to whom new cases come has a substitute
check-substitutes-found =
    { $n ->
        [one] { $n } person without a substitute: { $what }
        *[other] { $n } people without a substitute: { $what }
    }
check-substitutes-todo = Manager: name a substitute, so that new cases do not wait while somebody is away.
check-declaration = Declaration of accessibility
check-declaration-found = last looked through: {$at}
check-declaration-todo = Administrator: look the declaration of accessibility through by 31 March and write the date into the configuration, part [web.declaration], key reviewed.
cases-moved =
    { $n ->
        [one] { $n } case was handed over.
        *[other] { $n } cases were handed over.
    }
receives-ORDINARY = new ordinary cases
receives-SAFETY = new safety cases
receives-BOTH = new ordinary and safety cases
away = away
