# English: what the pages say beside the sentences of the command line.

w-title-error = Error:
w-skip = Skip to content
w-online = connected
w-offline = not connected to the hub
w-lock = Lock
w-leave = Sign out
w-back = Back
w-code = code
w-why = Why
w-unchanged = Unchanged
w-kept-nobody = Nothing reached the recipient; what was typed is kept in this node.
w-kept-gate = The message left this node; at the recipient it was shown to nobody. What was typed is kept here.
w-kept-unknown = Nobody knows whether the message reached the recipient; what was typed is kept in this node.
w-todo = What to do
w-today = today, {$time}
w-never = never yet
w-refresh = Refresh
w-as-of = (as of {$at})
w-choose = – choose –
w-search = Search
w-search-none = Nothing matches these words.
w-search-clear = Show everything
w-pages = Pages of the list
w-page-of = Page {$page} of {$pages}.
w-before = ← Earlier
w-after = Next →

w-nav-label = Main
w-nav-inbox = Inbox
w-nav-apart = Separate cases
w-nav-directory = Directory
w-nav-status = Node status

w-login-title = Sign in
w-login = User name
w-password = Password
w-login-do = Sign in
w-login-hint = Forgotten the password? Ask the administrator of this institution. A password can be pasted from a password manager.
w-held = What was typed is kept and is sent as soon as the password is given.
w-carried = What was typed is not lost: it is in the form again after signing in. Nothing has been sent yet.
w-second-title = Second factor
w-second-code = Code
w-second-hint = The next unused code of the printed sheet, or six digits from an application.
w-second-do = Continue
w-lock-title = Session locked
w-lock-why = Nothing happened for 10 minutes. Give the password to return to the same place.
w-lock-who = Signed in:
w-unlock = Unlock
w-lock-other = Sign in somebody else
w-lock-open = The session is open in another window of this browser.
w-lock-soon = The session locks in 2 minutes. What was typed is kept.
w-stay = Stay signed in
w-password-title = Change of password
w-password-must = Somebody else set this password. Set one of your own before you begin.
w-password-old = Present password
w-password-new = New password
w-password-hint = At least 12 characters; best are some words that nobody guesses.
w-password-again = New password again
w-password-do = Change password

w-inbox-title = Inbox
w-inbox-caption = List of cases.
w-inbox-u-nas = Waiting for us
w-inbox-wszystkie = All
w-inbox-wyslane = Sent
w-inbox-empty = There are no cases. Last checked: {$at}.
w-inbox-none-ours = Nothing needs to be done. Last checked: {$at}.
w-inbox-none-open = There are no open cases. Last checked: {$at}.
w-inbox-none-sent = Nothing was sent from here. Last checked: {$at}.
w-inbox-none-over = There are no closed cases. Last checked: {$at}.
w-apart-title = Separate cases
w-apart-why = These cases stand apart from all others. The person concerned must not learn of them.
w-search-cases = Search: case number, surname, own number, institution
w-col-number = Number
w-col-what = What it is
w-col-peer = From, to
w-col-subject = Own number
w-col-state = State
w-col-due = Due
w-from = from:
w-to = to:
w-state-new = new
w-due-tomorrow = tomorrow
w-due-past-today = passed {$time}

w-case-title = Case {$number}
w-where = Where it is
w-turn-ours = our turn: {$due}
w-turn-theirs = their turn: {$due}
w-phone = Telephone
w-letter = Formal letter
w-working-copy = WORKING COPY: the formal letter was not entered yet.
w-about = Grew out of case
w-came = Received
w-went = Sent from here
w-basis = Basis
w-owed = What is owed, and by when
w-history = Timeline
w-back-case = Back to the case
w-accept = Accept
w-actions = Other actions
w-answer-title = Answer in case {$number}
w-begin = Begin the work
w-undo = Take the acceptance back
w-forward = Forward
w-reply = Reply
w-question-do = Ask a question
w-question = The question
w-note-hint = The other institution sees this. Only what is needed, within the consent.
w-note = Note
w-note-other = Needed only with “another reason” (at least 20 characters). The other institution sees it.
w-decline = Decline
w-reason = Reason
w-earliest-full = Earliest day – only with “no places”
w-waitlist = Put on the waiting list
w-earliest = Earliest day
w-finish = Close
w-outcome = Outcome
w-cancel = Take it back
w-supplement = Supply what is missing
w-category = Kind of information
w-text = Text
w-send = Send
w-last = Last in this case:
w-nothing-to-do = In this state of the case there is nothing to do here.
w-fix-without = Send without: {$what}
w-fix-again = Send the same again
w-fix-under = Send under consent {$number}
w-forward-title = Forwarding of case {$number}
w-forward-to = To whom
w-forward-include = include
w-forward-under = under consent {$number}
w-forward-number = Number of this person at this institution
w-forward-number-hint = The case goes on under this number. It is not the sender's number: here another family may have that one.
w-forward-why = A new referral goes out from this institution, within a consent that names the new recipient. The sender sees it at once.
w-propose = Propose it to the sender
w-propose-why = The sender can refer the person to this institution and ask for consent where needed.
w-propose-note = Proposed recipient: {$name}
w-reply-title = Reply in case {$number}
w-reply-anonymous = Without personal data: no names, addresses or numbers.
w-refuse = Refuse to reply
w-acknowledge = Acknowledge
w-what-follows = What follows
w-inform = Inform who reported
w-what-happens = What happens
w-close = Close the case

w-done-przyjeto = Accepted. The sender sees it at once.
w-done-cofnieto = The acceptance was taken back.
w-done-rozpoczeto = The beginning of the work was recorded.
w-done-zapytano = The question was sent. The case waits for the sender.
w-done-odrzucono = Declined with a reason.
w-done-oczekuje = Put on the waiting list.
w-done-zakonczono = Closed. The sender sees the outcome.
w-done-wycofano = Taken back.
w-done-wyslano = Handed over for sending.
w-done-uzupelniono = What was missing was sent.
w-done-przekazano = Forwarded. This is the new case.
w-done-zaproponowano = Another recipient was proposed to the sender.
w-done-odpisano = The reply was sent.
w-done-odmowiono = The refusal was sent with its reason.
w-done-potwierdzono = Acknowledged.
w-done-poinformowano = Who reported was informed.
w-done-zamknieto = The case was closed.

w-directory-title = Directory
w-directory-caption = Institutions of the region.
w-directory-as-of = As of: {$at}. The directory also works without a connection.
w-directory-empty = There are no other institutions yet. Ask the ROPS to invite more.
w-col-institution = Institution
w-col-kind = Kind
w-col-area = Area (TERYT)
w-institution-id = Identifier
w-key = Signing key, to compare by telephone

w-status-title = Node status
w-status-good = Everything works.
w-status-caption = What was checked
w-status-version = Version {$version}, region {$region}
w-col-check = Check
w-col-result = Result
w-col-todo = What to do

w-fault-title = This page cannot be shown
w-denied-unchanged = Nothing was changed.
w-denied-host-what = This address is not this node's.
w-denied-host-why = The pages open only under the names that the administrator configured.
w-denied-host-todo = Use the address that the administrator gave.
w-denied-path-what = There is no such page.
w-denied-path-why = The address is incomplete or changed.
w-denied-path-todo = Go back to the inbox and choose the case from the list.
w-denied-uri-what = The address is too long.
w-denied-uri-why = No page has such an address.
w-denied-uri-todo = Go back to the inbox; search for a shorter text.
w-denied-method-what = There is no such action.
w-denied-method-why = Pages can only be read, and forms in them sent.
w-denied-method-todo = Open the page in a browser.
w-denied-origin-what = This form does not come from an open page of this node.
w-denied-origin-why = Another site sent it, or a window from before the last sign-in.
w-denied-origin-todo = Open the case anew and send again; copy the text first with the back button.
w-denied-form-what = The page does not take data of this kind.
w-denied-form-why = Only ordinary forms of these pages are taken.
w-denied-form-todo = Send the form with a browser.
w-denied-size-what = The form is too large.
w-denied-size-why = The limit is 256 kB of text.
w-denied-size-todo = Shorten the text and send again.
w-denied-slow-what = The form arrived too slowly.
w-denied-slow-why = The connection to the node is interrupted.
w-denied-slow-todo = Go back and send again; the text is in the browser.
w-denied-broken-what = The form did not arrive as a whole.
w-denied-broken-why = The connection broke meanwhile.
w-denied-broken-todo = Go back and send again; the text is in the browser.
w-denied-late-what = The answer was not ready in time.
w-denied-late-why = The node is busy now.
w-denied-late-unchanged = If a form was sent, the node goes on working on it and does it at most once.
w-denied-late-todo = Open the case in a minute and look in the timeline whether it was done before you repeat it.


w-count-cases =
    { $n ->
        [one] { $n } case waits for us
        *[other] { $n } cases wait for us
    }
w-count-new =
    { $n ->
        [one] { $n } new
        *[other] { $n } new
    }
w-count-late =
    { $n ->
        [one] { $n } late
        *[other] { $n } late
    }
w-count-institutions =
    { $n ->
        [one] { $n } institution
        *[other] { $n } institutions
    }
w-due-in =
    { $n ->
        [one] in { $n } day
        *[other] in { $n } days
    }
w-due-late =
    { $n ->
        [one] { $n } day late
        *[other] { $n } days late
    }
w-offline-work =
    { $n ->
        [0] This node is not connected to the hub now. Work can go on; nothing waits to be sent.
        [one] This node is not connected to the hub now. Work can go on: { $n } message waits here and sends itself.
        *[other] This node is not connected to the hub now. Work can go on: { $n } messages wait here and send themselves.
    }
w-status-wrong =
    { $n ->
        [one] { $n } thing needs attention.
        *[other] { $n } things need attention.
    }

### every print for the person
w-print-may-be-incomplete = This print may be incomplete. The data-protection officer (IOD) answers questions and requests about data.

### help and declaration

w-warnings = For the administrator: act on this before something stops.
w-help-title = Help
w-help-contents = Contents
w-help-tasks = The most frequent tasks, step by step
w-help-answer = Answer a referral
w-help-answer-steps =
    In the inbox choose the number of the case. The nearest deadlines are at the top.
    Read the content and the basis. Opening is written into the trail.
    Choose “Accept” (keyboard: Enter). The sender sees it at once.
    Instead: “Ask a question”, “Decline” with a reason from the list, or “Other actions” – the waiting list.
    An acceptance can be taken back for 24 hours. At the end choose “Close” and the outcome.
w-help-send = Send a referral
w-help-send-steps =
    Choose “New referral”.
    Type the person's case number or name, choose the institution and the service.
    Write what you ask for, and attach only what is needed.
    Choose the basis: a statute first where one fits, then a consent.
    Check who will see what and choose “Send”. The number of the case is on the next page.
w-help-refusal = When the gate stops a message
w-help-refusal-steps =
    Nothing left this node, and the draft is kept.
    Read “Why”: it names the field and what is missing.
    Choose a button: send without that field, ask for a wider consent, or use another basis.
    If that does not help, give the code by telephone to whoever is to be called (below).
w-help-consent = Record a consent and withdraw it
w-help-consent-steps =
    Choose “Consents”, then “New consent”.
    Tick institutions and kinds of information in one table.
    Print the sheet, have two copies signed, record the day of the signature.
    Withdrawal: open the consent and choose “Withdraw”. The page shows which institutions confirmed and which have to be called.
w-help-forward = Pass on a case that came to the wrong place
w-help-forward-steps =
    Open the case and choose “Pass on”. This works after accepting as well.
    Choose the right institution.
    Choose “Pass on” if the consent covers it, or “Propose it to the sender” – then the sender asks the person for consent.
w-help-apart = Cases that stand apart
w-help-apart-text = Cases that protect somebody's safety have a list of their own. They are not in the inbox, in the search or on prints of other cases.
w-help-lock = The lock
w-help-lock-text = After 10 minutes without action the session locks. What was typed is not lost: after the password it goes on. When leaving the computer, choose “Lock”.
w-help-calls = Whom to call
w-help-danger = Danger to life or health
w-help-danger-text = First 112. A message in Więź does not replace a call.
w-help-call-keys = Forgotten password, permissions, absence
w-help-call-node = Pages do not work, no connection, certificate
w-help-call-rops = Region: new institutions, mediation, a warning about a key
w-help-code = An error message has a code, for example WZ-ZGO-002. The code and the case number are enough; no names are needed on the telephone.
w-help-keyboard = Keyboard shortcuts
w-help-keyboard-text = Everything works from the keyboard. There are no shortcuts of our own, so that they are not in the way of screen readers; those of the browser work.
w-help-keys =
    Tab, Shift + Tab – next and previous element
    Enter – opens a link, sends a form; in an open referral it accepts
    Space – ticks a box, presses a button
    Arrows – choose in a list
    First Tab on a page – “Skip to content”
    Ctrl + P – print a case or a list
    Ctrl + F – search on the page
    Alt + left arrow – previous page
w-help-glossary = Words
w-help-words =
    Node – the program and database of this institution. The content of cases is only here and at the recipient.
    Hub – the region's mailbox, run by the ROPS. It sees who, to whom and when; never the content.
    Consent gate – checks before sending whether there is a basis for each field and recipient.
    Basis – a person's consent, a statute, or danger to life.
    Referral – a request to another institution to help a person.
    Case number – the number in Więź, for example W-4K7Q2X; beside it stands the number of the institution that sent it.
    Receipt code – characters of the signed receipt, the same at sender and recipient; the proof of delivery.
    Case that stands apart – a case of which the person concerned may not learn.
    Manager (kierownik) – gives permissions and keys, names substitutes. Substitute – receives the new cases of somebody who is away.
    IOD – the data-protection officer, who answers requests of persons.
w-declaration-title = Declaration of accessibility
w-declaration-promise = undertakes to make its website accessible under the Polish act of 4 April 2019 on the digital accessibility of websites and mobile applications of public bodies. This statement applies to:
w-declaration-site = the pages of the Więź node, version {$version}
w-declaration-published = Date of publication:
w-declaration-changed = Date of the last important update:
w-declaration-unknown = not given
w-declaration-state = Digital accessibility
w-declaration-untested = Not tested. Nobody has assessed yet whether the website meets the act.
w-declaration-full = The website meets the act on digital accessibility.
w-declaration-partial = The website meets the act on digital accessibility in part, because of the failings listed below.
w-declaration-none = The website does not meet the act on digital accessibility, because of the failings listed below.
w-declaration-unmet = Content that is not accessible
w-declaration-unmet-untested = Not known, as nobody tested it. The pages were designed after WCAG 2.2 level AA: they work without scripts, from the keyboard, at 200 % text and on a screen 320 points wide.
w-declaration-unmet-untold = Not described. The missing description can be reported at the number below.
w-declaration-making = How this declaration was made
w-declaration-made = Drawn up on:
w-declaration-reviewed = Last looked through on:
w-declaration-method-none = There has been no assessment yet.
w-declaration-method-own = The declaration rests on a self-assessment by the public body.
w-declaration-method-other = The declaration rests on an assessment by: {$who}.
w-declaration-keyboard-text = The website has no keyboard shortcuts of its own. Those of the browser work.
w-declaration-contact = Feedback and contact
w-declaration-person = Remarks and requests are dealt with by:
w-declaration-person-none = nobody named yet; the secretariat of the institution takes the request
w-declaration-email = E-mail:
w-declaration-rights = Everybody has the right
w-declaration-rights-text = to report problems with the accessibility of the website or a part of it, to demand that it be made accessible, and to ask for inaccessible information in another form. A demand has to give contact details, the part of the website and the wished form.
w-declaration-when = It should be dealt with at once, at the latest within 7 days. If accessibility cannot be ensured in that time, the body says why and gives a new date, no later than 2 months after the request.
w-declaration-complaint = Complaints
w-declaration-complaint-text = If the body refuses or misses the date, a complaint can be made to this institution, and after that to the Commissioner for Human Rights (www.rpo.gov.pl).
w-declaration-building = Accessibility of the building
w-declaration-building-none = Not described yet. Please ask by telephone.
w-declaration-apps = Mobile applications
w-declaration-apps-text = The body offers no mobile application of Więź; the pages work on a telephone.

### directory

w-directory-offline = There is no connection to the hub. Directory of: {$at}. The telephone numbers work.
w-directory-any = – all –
w-directory-print = List for printing
w-directory-printed = Directory of: {$at}
w-search-directory = Search: need, place, name; Polish letters are not needed
w-col-sector = Sector
w-col-county = County
w-col-usual = Usual time to answer
w-card-services = Usually helps with
w-card-closed = This institution takes no cases through Więź now. Please call.
w-usual-unknown = not known yet
w-usual-how = The usual time is the middle one of the times to answer this institution's cases of the last 90 days. Of fewer than 5 cases it is not told.
w-print = Print
w-usual-hours =
    { $n ->
        [one] { $n } hour
        *[other] { $n } hours
    }
w-usual-days =
    { $n ->
        [one] { $n } day
        *[other] { $n } days
    }

### Inbox and cases
w-nav-cases = Cases
w-cases-title = Cases
w-inbox-zespol = Whole team
w-inbox-zakonczone = Ended
w-inbox-whom = About whom
w-inbox-held = content held
w-state-withdrawn = consent withdrawn
w-inbox-loading =
    { $n ->
        [one] Names in { $n } case are still being read; they will be found in a moment.
        *[other] Names in { $n } cases are still being read; they will be found in a moment.
    }
w-search-found =
    { $n ->
        [0] No cases found.
        [one] { $n } case found.
        *[other] { $n } cases found.
    }

### people
w-nav-people = People
w-people-title = People
w-people-caption = Accounts of this institution.
w-people-search = Search: person, user name, role, state
w-people-mine = My account
w-people-name = Name and surname
w-people-name-hint = Messages go out under this name. It cannot be changed later.
w-people-login-hint = Small letters, digits, dot, hyphen. It cannot be changed later.
w-people-role = Role in Więź
w-people-profession = Position
w-people-keys = Keys to cases
w-people-no-content = none: this role reads no cases
w-people-substitute = Substitute
w-people-no-substitute = no substitute
w-people-receives = New cases
w-people-receives-none = none
w-people-receives-ordinary = ordinary
w-people-receives-safety = concerning safety
w-people-receives-both = ordinary and concerning safety
w-people-away = away
w-people-add = Add a person
w-people-add-why = A new account has no keys to cases. Once the person has set a password of their own, a manager gives the keys.
w-people-first-password = First password
w-people-once = The password is shown only now and is kept nowhere. Hand it to the person whose account it is, best on paper.
w-people-once-next = At the first sign-in the person sets a password of their own. Then a manager gives the keys on the page of this account.
w-people-once-done = The password is handed over
w-person-title = Account
w-person-first = first password not changed yet
w-person-factor-none = none
w-person-factor-sheet = printed sheet of codes
w-person-factor-totp = program on a telephone or computer
w-person-nobody = nobody
w-person-sees = Access to
w-person-nothing = There is nothing to change here. Accounts are changed by a manager; password and lock also by the administrator.
w-person-give = Give keys
w-person-give-why = This person has a password of their own and waits for keys. They get everything they had before; a manager gets all cases. Ring them up or go there: on their page “My account” they see the fingerprint of their key. When it is another one than here, do not give keys.
w-person-fingerprint = Fingerprint of the key
w-person-fingerprint-why = Read it to whoever gives keys.
w-person-last-reset = The password was reset: {$at}, {$who}.
w-person-duty = Duties and substitution
w-person-receives-why = A new case comes only to the persons chosen and their substitutes; cases concerning safety only to persons named for them.
w-person-save = Save the duties
w-person-substitute-why = Gets the same new cases, and during an absence sees all cases of this person.
w-person-substitute-do = Save the substitute
w-person-away = Note the absence
w-person-away-why = The substitute will see all cases of this person until the day they return.
w-person-back = Note the return
w-person-back-why = This person is away. After the return the substitute no longer sees their cases.
w-person-role = Change the role
w-person-access = Password and lock
w-person-reset = Set a new first password
w-person-reset-why = For a forgotten password. The account loses its keys and its second factor; after a password of one's own a manager gives the keys.
w-person-lock = Lock the account
w-person-lock-why = Signing in is no longer possible and open sessions end. The keys stay.
w-person-unlock = Unlock the account
w-person-unlock-why = The account is locked. Unlocked, it has the same password and the same keys.
w-person-hand-over = Hand over all cases
w-person-hand-over-why = The person chosen will see everything that this account has access to, and this account no longer does.
w-person-successor = Who takes the cases over
w-person-leave = Leaving
w-person-leave-why = The account is closed for good and its key revoked. The person chosen takes the cases over; without one they stay with the manager. This cannot be undone.
w-person-leave-do = Close the account
w-done-zablokowano = The account is locked.
w-done-odblokowano = The account is unlocked.
w-done-zmieniono-role = The role is changed.
w-done-nadano-klucze = Keys given. This person sees their cases now.
w-done-zmieniono-zastepce = The substitute is saved. An absence that is under way has to be noted anew.
w-done-zmieniono-przydzial = The duties are saved; they hold for cases that are still to come.
w-done-nieobecnosc = The absence is noted. The substitute sees this person's cases.
w-done-powrot = The return is noted. The substitute no longer sees this person's cases.
w-done-odejscie = The account is closed and its key revoked.
w-done-przeniesiono = The cases are handed over.
w-done-odzyskano = Access is recovered. The account chosen is a manager and sees all cases.
w-done-wylaczono = The person is excluded. For them this case is not there any more.
w-done-dopuszczono = The person is admitted and sees this case now.
w-done-oddano = The case is given to another person.
w-factor-title = Setting up the second factor
w-factor-why = The second factor is something to have at hand besides the password. A sheet of paper is enough; no telephone is needed.
w-factor-now = Now:
w-factor-done = Saved.
w-factor-sheet = Printed sheet
w-factor-sheet-why = 20 codes to cross out. Each works once. A new sheet ends the one before.
w-factor-sheet-do = Prepare the sheet for printing
w-factor-program = Program with codes
w-factor-program-why = Scan the code or copy the secret key into the program, then type the six digits that it shows.
w-factor-secret = Secret key
w-factor-qr = Square code with the secret key for the program
w-factor-code = Six digits from the program
w-factor-program-do = Switch the program on
w-factor-off = Go without a second factor
w-factor-codes = Sheet of sign-in codes
w-factor-once = The codes are shown only now. Print this page or copy the codes.
w-factor-codes-how = After the password type the next code and cross it out. Keep the sheet away from the computer. If it is lost, tell the manager.
w-factor-printed = The sheet is printed
w-first-title = First account: the manager
w-first-why = There is no manager at this institution yet. The code on paper from joining works once.
w-first-printer = Right after that the page shows three recovery sheets, only once. Have a printer ready before you click.
w-first-code = Code on paper
w-first-code-hint = 25 letters in five groups; case and spaces do not matter.
w-first-do = Make the account and show the sheets
w-sheets-title = Recovery sheets
w-sheets-once = These three sheets are shown only now and are kept nowhere. Print them before you leave this page.
w-sheets-print = Print the page: each sheet takes a page of its own.
w-sheets-keep = Put each page into an envelope of its own and keep them in three places, such as the safe, the treasurer and the body that runs the institution. Never at the ROPS.
w-sheets-check = Check that every letter is legible. Any two sheets restore access to the cases; one alone tells nothing.
w-sheets-next = The sheets are printed – sign in
w-sheets-sheet = Recovery sheet {$n} of 3
w-sheets-set = Set
w-sheets-made = Date
w-sheets-what = Two of the three sheets of this set restore access to all cases of this institution when nobody with keys is left. They are typed on the page “Recovering access” or with wiez-node account recover.
w-sheets-secret = Keep apart from the other two. Do not photograph, scan or send.
w-recover-title = Recovering access
w-recover-why = When nobody with keys to the cases is left at the institution. Two of the three recovery sheets make the account chosen a manager with keys to everything.
w-recover-nobody = There is no account to which access could be given. Add a person, let them sign in and set a password of their own, then come back here.
w-recover-account = Who gets access
w-recover-one = One sheet
w-recover-other = The other sheet
w-recover-hint = Nine lines of five words, as on paper. Case does not matter; a mistake is told by the number of its line.
w-recover-do = Give access
w-trail-title = Trail
w-trail-why = Who opened and sent which case, and who changed accounts. Entries cannot be removed or changed unnoticed.
w-trail-search = Search: number of a case
w-trail-empty = There are no entries yet.
w-trail-caption = Entries, newest first.
w-trail-seq = Entry
w-trail-at = When
w-trail-did = Act
w-trail-case = Case
w-trail-about = About
w-trail-newest = Newest
w-trail-verify = Check the trail
w-trail-note = Write this head down away from this computer. Given at the next check, it shows whether somebody rewrote earlier entries.
w-trail-noted = Head noted earlier (optional)
w-access-title = Who sees case {$number}
w-access-link = Who sees this case
w-access-hidden = This is a case apart. Only persons named see it.
w-access-sees = They see this case
w-access-keeps = They keep the key
w-access-keeps-why = They do not see this case. The key serves to hand it over when the persons named are gone.
w-access-reason = Reason of the exclusion
w-access-exclude = Exclude: {$who}
w-access-to = Whom to give the case to
w-access-transfer = Give the case from: {$who}
w-access-admit = Admit to the case
w-access-who = Person
w-access-excluded = Excluded from the case
w-access-readmit = Admit again: {$who}
w-people-count =
    { $n ->
        [one] { $n } account.
        *[other] { $n } accounts.
    }
w-people-waiting =
    { $n ->
        [one] { $n } waits for keys.
        *[other] { $n } wait for keys.
    }
w-person-cases =
    { $n ->
        [one] { $n } ordinary case or consent
        *[other] { $n } ordinary cases and consents
    }
### people end

### new
w-nav-new = New referral
w-new-title = New referral
w-new-person = Person or family
w-new-person-hint = Name, or the case number of this institution. One is enough.
w-new-to = To whom
w-new-to-hint = Name of the institution or a part of it; Polish letters are not needed.
w-new-usual = usually answers within: {$time}
w-new-to-none = There is no institution yet to which this can be sent. Ask the ROPS to invite more.
w-new-goal = What you ask for
w-new-goal-hint = One or two sentences. Example: “Please give remedial classes in mathematics to a pupil of class 5, twice a week”.
w-new-service = What it is about
w-new-service-hint = Can be left: the service is chosen by the text and the institution, and the next page shows which.
w-new-service-own = – choose by text and institution –
w-new-parts = Which information goes along
w-new-parts-hint = Fill in only what is needed. Empty fields are not sent. The name of a known person is added by itself.
w-new-covered = covered by the consent
w-new-uncovered = not covered by the consent
w-new-group-person = Basic data
w-new-group-school = School
w-new-group-family = Family
w-new-group-means = Living conditions
w-new-group-health = Health and safety
w-new-group-work = Work with the family
w-new-group-other = Other
w-new-group-event = The event
w-new-basis = On which basis
w-new-ground-no-consent = No consent is needed, and none may be asked for.
w-new-ground-statute = A provision of law instead of a consent
w-new-ground-statute-hint = Request for information, signal, alert, Blue Card, notice. The next page shows what fits this institution.
w-new-ground-consent = Consent {$number}, valid until {$until}
w-new-ground-own = The consent of this person for this institution
w-new-ground-own-hint = It is found by itself. Where there is none, the next page says what to do.
w-new-ground-new = A new consent
w-new-ground-new-hint = A filled-in form of consent opens. What was typed waits.
w-new-ground-life = Danger to life or health
w-new-ground-life-hint = Call 112 first. Then the alert on the next page.
w-new-urgency = Urgency
w-new-wished = Best until when (may stay empty)
w-new-check = Check and send
w-new-keep = Keep as a draft
w-new-kept = Draft kept. It waits here until you sign out, at most 12 hours.
w-new-draft-shown = This is a draft that was not sent.
w-new-draft-waits = A draft that was not sent waits too. It is gone once this form is kept or checked.
w-new-fresh = Delete the draft and begin anew
w-new-closed-key = the key of this institution changed and nobody has checked it yet; call
w-new-closed-suspended = suspended, takes nothing now; call
w-new-kinds-title = Letters without a consent, and questions
w-new-kinds-to = What can be sent to: {$peer}
w-new-kinds-none = Nothing of this kind can be sent to this institution.
w-new-to-kinds = A letter without a consent: Blue Card, alert, signal, notice, request for information
w-new-to-referral = A referral with the person’s consent
w-new-or-consent = or the person’s consent
w-new-demanded = No consent is needed, and none may be asked for. It becomes a case of its own: the person concerned cannot learn of it.
w-new-write = Fill in
w-new-112 = Is a life or health in danger? Call 112 first.
w-new-family-knows = the family knows of this signal
w-new-question = Question
w-new-asked = Which information you ask for
w-new-why = Why it is needed
w-new-why-hint = One sentence; the other institution sees it.
w-new-what = What happened
w-new-what-hint = Facts: who, what, when, where. The other institution sees it.
w-new-justification = Why it has to be done at once
w-new-justification-hint = Needed for the protection of life or health; at least 30 characters.
w-new-place = Where
w-new-in-danger = Who is in danger
w-new-phoned = Who was called
w-new-phoned-at = At what time
w-new-case-ref = Reference of the case
w-new-officer = Number of the officer
w-new-order-ref = Reference of the ruling or order
w-new-started = Day on which the procedure began
w-new-started-hint = The 5 working days for passing the form on count from this day.
w-new-persons = Persons
w-new-add-person = Add: {$role}
w-new-reporter = Why the reporter has to be named
w-new-reporter-hint = Only where the reporter is named; at least 20 characters.
w-new-letter-hint = May be entered later. Until then it is a working copy.
w-new-letter-channel = How it was sent
w-new-letter-number = Number of the letter
w-new-letter-date = Date of the letter
w-new-release = Release from professional secrecy
w-new-release-none = – does not apply –
w-new-check-title = Check and send
w-new-sees = {$peer} will see: {$what}.
w-new-sees-number = case number
w-new-hub-sees = The ROPS will see only: who, to whom, when, and whether the basis is a consent or a provision of law.
w-new-change = Change
w-new-back = Back to the form
w-new-which-person = Which person?
w-new-other-person = None of them – case number of this institution
w-new-stranger = Case number of this institution for: {$name}
w-new-stranger-hint = This person is not yet in the cases and consents that you see. The number will stand on every screen and print.
w-new-which-place = Which institution?
w-new-look-again = Look once more: the person or the consent is not the one that the page before showed. Nothing was sent.
w-new-which-consent = Which consent?
w-new-statutes = Without a consent this can be sent to the institution:
w-new-answer-by = An answer is owed
w-new-waits = Before it leaves, a second person at this institution has to confirm it. Until then nothing leaves this node.
w-new-send-waits = Hand over for confirmation
w-fix-wider = Ask for a wider consent
w-fix-consent = New consent
w-fix-otherwise = Use another legal basis
w-fix-recipient = Choose another institution
w-sent-title = Sent
w-sent-next = What happens next
w-sent-answer = An answer is owed: {$due}. Without it the case will be marked as late.
w-sent-phone = In case of questions: {$peer}, tel. {$phone}.
w-sent-print = This page can be printed for the file (Ctrl+P).
w-sent-case = Show the case
w-sent-another = Next referral for this family

### case, prints

w-path = Where the case is
w-where-here = In this node; nobody here has opened it yet. Sender: {$peer}.
w-where-offline = There is no connection to the hub now; it will send itself.
w-receipt = receipt code {$code}
w-who-node = this node
w-who-hub = hub
w-now = now
w-another = Suggest another institution
w-case-withdrawn = The consent was withdrawn ({$at}). The content that rested on it is hidden. The entry that it was passed on stays.
w-show-now = Show the current state
w-kept = What was typed is kept:
w-forward-what = What goes on
w-cancel-why = What still waits in this node does not leave. What arrived stays with the recipient – call them. A withdrawal cannot be undone; a new referral can be sent.
w-print-apart = CASE THAT STANDS APART. The person concerned may not learn of it. Keep it separately, put it into no other file.
w-printed = Printed {$at} by {$who}
w-subject-title = Print for the person concerned
w-subject-why = Consents and cases that may be handed to the person. Cases that stand apart are not in it.
w-subject-number = Case number
w-subject-hint = The number given by this institution. If another gave it: id of the institution, colon, number.
w-subject-do = Prepare the print
w-subject-printed = As of: {$at}
w-subject-empty = Under this number there is nothing here that could be printed.
w-subject-consent = Consent
w-subject-valid = until {$date}
w-subject-give = may receive: {$what}
w-subject-receive = may pass on: {$what}
w-subject-categories = Kinds of information:

### case, prints: more

w-print-apart-short = STANDS APART

### replies: notice, letter

w-nav-subject = Print for the person
w-notice-answer = Answer the withdrawal of the consent
w-notice-answer-why = The person withdrew the consent. The institution that recorded it waits to hear what became of the content opened here.
w-notice-what = What became of the content
w-notice-basis = On what basis – only where the content stays
w-letter-enter = Enter the formal letter
w-letter-channel = How it was sent
w-letter-number = Number of the letter
w-letter-day = Date of the letter
w-done-zawiadomiono = The withdrawal of the consent was answered.
w-done-pismo = The formal letter was entered.

### consents
w-nav-consents = Consents
w-consents-title = Consents
w-consents-all = all
w-consents-live = in force
w-consents-ending = end within 30 days
w-consents-prepared = to be signed
w-consents-refused = refusals
w-consents-ended = ended
w-consents-caption = Consents: person, institution, scope, state.
w-consents-offline = This node is not connected to the hub now. Consents can be recorded and withdrawn; others learn of it once the connection is back.
w-consents-empty = There is no consent yet.
w-consents-none-here = There are no consents in this part of the list.
w-search-consents = Find a consent: person, case number, consent number or institution
w-col-person = Person
w-col-give = We give
w-col-receive = We receive
w-col-until = Valid until
w-col-has = What it has and what it confirmed
w-col-happens = What will happen
w-consent-is-live = in force
w-consent-is-ending = ending
w-consent-is-narrowed = in force, narrowed
w-consent-is-withdrawn = withdrawn
w-consent-is-over = expired
w-consent-is-suspended = suspended
w-consent-is-prepared = to be signed
w-consent-is-refused = refused
w-consent-title = Consent {$number}
w-consent-caption = Institutions of this consent
w-consent-from = Valid from
w-consent-print = Print
w-consent-sign-or-print = Print, or record the signature
w-consent-go-on = Back to what waited for the consent
w-back-consent = Back to the consent
w-consent-new-title = New consent
w-consent-person = Person: name or case number
w-consent-person-hint = The name stays in this institution. It is neither in the code of the print nor sent to other institutions.
w-consent-subject = Case number, if there is one
w-consent-which-person = There are several persons of this name. Choose which one is meant.
w-consent-which-legend = Which person
w-consent-scope = Institutions and information
w-consent-scope-hint = Tick the institution at the top of its column. Columns without a tick do not count. The usual scope is ticked already.
w-consent-what = Information
w-give-short = We give
w-receive-short = We receive
w-consent-special = Special information – the person ticks it separately on the print
w-consent-other = Another institution
w-consent-other-hint = Its name or a part of it. The institution is added to the table.
w-consent-add = Add to the table
w-consent-added = The institution was added to the table. Check the scope.
w-consent-which = Several institutions fit. Tick in the table which one is meant.
w-consent-giver = Who signs
w-consent-child = Consent for a child or for somebody else
w-consent-born = The child’s date of birth
w-consent-authority = Parental authority of the parent who signs
w-consent-own = The child, aged 13 or more, agrees too
w-consent-purposes = What for
w-consent-until = Valid until
w-consent-prepare = Prepare the print
w-consent-refused-before = This person refused the consent on {$date}: {$institution}. Ask again only when the person wants it.
w-consent-again = The person now wants to give consent
w-sheet-how = Print 2 copies: Ctrl+P in the browser. Language of the print:
w-sheet-title = Consent to share information
w-sheet-number = Consent no.
w-sheet-case = Case
w-sheet-person = Person:
w-sheet-giver = Signed by:
w-sheet-intro = {$institution} (the controller of the data, tel. {$phone}) asks for consent to share information with the institutions in the table.
w-sheet-free = The consent is voluntary. A refusal affects neither benefits nor the right to help. Special information, for example about health, needs a “yes” of its own. Appointments and matters of organisation may always be shared.
w-sheet-until = The consent counts from the day of signing until {$date}. It can be withdrawn at any time: in person or by telephone. A withdrawal counts at once and does not change what was done before.
w-sheet-rights = One can see one’s data, correct them and ask for their deletion. Complaints go to the President of UODO. IOD: {$iod}, tel. {$phone}.
w-sheet-who = Who
w-sheet-why = What for
w-sheet-what = Which information
w-sheet-yes = Consent
w-sheet-tick-yes = yes
w-sheet-tick-no = no
w-sheet-give = We give: {$what}
w-sheet-receive = We receive: {$what}
w-sheet-both = We give and receive: {$what}
w-sheet-signature = Date and legible signature
w-sheet-own = Signature of the child (aged 13–17)
w-sheet-taken = Taken by
w-sheet-copies = 2 copies: for the person and for the file
w-sheet-page = page {$page} of {$pages}
w-sheet-code = Square code of the consent: number, scope, last day and the node’s signature
w-sheet-place = file of the case {$subject}
w-signed-title = After it is signed
w-signed-day = Signed on
w-signed-taken = Taken by
w-signed-place = Where the paper lies
w-signed-yes = What the person said “yes” to
w-signed-special = {$what} – {$institution}
w-signed-do = Record the signed consent
w-refused-do = The person refused
w-done-podpisano = The consent is recorded. Information can now be shared within its scope.
w-done-odmowa = The refusal is recorded. Nobody needs to ask again.
w-done-wycofano-zgode = The consent is withdrawn. From now on nothing leaves this node under it.
w-done-zawezono = The consent is narrowed. The rest is still in force.
w-done-spor = The parents’ conflict is noted. The consent is suspended.
w-done-po-sporze = The end of the conflict is noted. The consent counts again.
w-conflict-note = Note a conflict of the parents
w-conflict-over = Note the end of the conflict
w-deed-PREPARED = prepared the print
w-deed-SIGNED = recorded the signed consent
w-deed-REFUSED = recorded the refusal
w-deed-WITHDRAWN = withdrew the consent
w-deed-NARROWED = withdrew a part of the consent
w-deed-CONFLICT = noted that the parents are in conflict
w-deed-CONFLICT_OVER = noted that the conflict is over
w-withdraw-title = Withdrawal of consent {$number}
w-withdraw-do = Withdraw the consent
w-withdraw-effects = What will happen
w-withdraw-who = Who withdraws
w-withdraw-part = Only a part of the consent
w-withdraw-institution = Institution
w-withdraw-all = all institutions
w-withdraw-categories = Information
w-withdraw-categories-hint = None ticked: all of it.
w-withdraw-lawful = What was done before the withdrawal stays lawful. The note that something was shared stays.
w-would-tell = It gets a notice. It hides the content and answers what it did with it.
w-would-nothing = Nothing was shared. It gets no notice.
w-holds-nothing = nothing was shared
w-notice-confirmed = Notice: confirmed {$at}.
w-notice-waits = Notice: waits to be confirmed since {$at}.
w-notice-call = Call: {$phone}.
w-notice-here = Notice: waits here, because this node is not connected. Call: {$phone}.
w-notice-answered = Answer what became of the data: {$at}.
w-notice-none = It had no data, no notice is needed.
w-end-logged = The end of the consent is in the region’s log.
w-end-waits = The end of the consent waits for the region’s log.
w-slip-title = Confirmation of the withdrawal of consent {$number}
w-slip-print = Confirmation to print
w-slip-how = Print it for the person: Ctrl+P in the browser.
w-slip-where = Institution
w-slip-at = Withdrawn
w-slip-worker = Taken by
w-consent-check-title = Check a code of a print
w-check-code-text = Text of the code
w-check-code-hint = Scan the square code and paste its text. It begins with WIEZ1. The check works without a connection.
w-check-code-good = The code is genuine
w-check-code-paper = The code says what was printed. Whether the person signed stands on the paper. Whether the consent was withdrawn is known to the institution that printed it.
w-check-code-not = The code cannot be confirmed
w-check-code-none = This is no code of a consent, or only a part of it was read.
w-check-code-bad = The signature does not fit. The code was altered or made by somebody else.
w-check-code-unknown = The directory does not know the institution {$institution}.
w-check-code-old-key = The institution {$institution} has another key today than on the day of printing. Ask it by telephone.
w-check-code-over = The last day of this consent is over.
w-check-code-left = This institution takes part no more.
w-check-code-issuer = Who printed it
w-check-code-gets = It receives
w-check-code-gives = It gives
w-count-consents =
    { $n ->
        [one] { $n } consent
        *[other] { $n } consents
    }
w-count-holds =
    { $n ->
        [one] It received { $n } message.
        *[other] It received { $n } messages.
    }
w-count-here =
    { $n ->
        [one] We keep { $n } message of it.
        *[other] We keep { $n } messages of it.
    }
w-count-waits =
    { $n ->
        [one] Waits here: { $n } message.
        *[other] Wait here: { $n } messages.
    }
w-would-stop =
    { $n ->
        [one] { $n } message waits here and will not be sent.
        *[other] { $n } messages wait here and will not be sent.
    }
w-would-close =
    { $n ->
        [one] We hide { $n } message of it.
        *[other] We hide { $n } messages of it.
    }
