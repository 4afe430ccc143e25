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
w-inbox-caption = Cases by deadline.
w-inbox-u-nas = Waiting for us
w-inbox-wszystkie = All
w-inbox-wyslane = Sent
w-inbox-empty = There are no cases. Last checked: {$at}.
w-inbox-none-here = Nothing needs to be done. Last checked: {$at}.
w-apart-title = Separate cases
w-apart-why = These cases stand apart from all others. The person concerned must not learn of them.
w-search-cases = Search: case number, own number, institution, state
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
w-answer = Another answer
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
w-cancel = Take the referral back
w-cancel-why = The other institution is told. It cannot be undone; a new one can be sent.
w-supplement = Supply what is missing
w-category = Kind of information
w-text = Text
w-send = Send
w-last = Last in this case:
w-nothing-to-do = In this state of the case there is nothing to do here.
w-fix-without = Send without: {$what}
w-fix-again = Send the same again
w-forward-title = Forwarding of case {$number}
w-forward-to = To whom
w-forward-include = include
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
w-done-wycofano = The referral was taken back.
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
w-search-directory = Search: name, kind, place (TERYT); Polish letters are not needed
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
w-mark-good = good
w-mark-warn = attention
w-mark-bad = bad
w-check-hub = Connection to the hub
w-check-hub-good = connected: {$since}
w-check-hub-bad = not connected
w-check-hub-todo = Work can go on; cases wait here and send themselves. Administrator: check the network and the hub's address.
w-check-queue = Queue
w-check-queue-todo = Nothing. Messages go when the connection is back.
w-check-log = The region's log
w-check-log-found = newest signed time: {$at}
w-check-log-todo = New content that rests on consent cannot be opened for the first time now. Wait for the connection or call the ROPS.
w-check-clock = Clock
w-check-clock-ahead = the clock of this machine is behind the hub's
w-check-clock-todo = Administrator: switch time synchronisation on (timedatectl set-ntp true).
w-check-certificate = The node's certificate
w-check-certificate-found = valid until {$date}
w-check-certificate-todo = Administrator: ask the ROPS for a new invitation before that day is over.
w-check-pages = Certificate of the pages
w-check-pages-todo = Administrator: wiez-node web cert; the pages read it by themselves.
w-check-disk = Disk space
w-check-disk-found = {$mb} MB free
w-check-disk-todo = Administrator: free some space; below the threshold receiving stops and resumes by itself.
w-check-alarms = Alarms
w-check-alarms-todo = Somebody has to look at them: wiez-node alarms

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
w-denied-late-todo = Open the case in a minute and look in the timeline whether it was done before you repeat it.

w-help-title = Help
w-help-inbox = Inbox
w-help-inbox-text = Cases with the nearest deadline come first. The number opens the case. Searching needs no Polish letters.
w-help-answer = How to answer
w-help-answer-text = Open the case and choose “Accept” or “Another answer”: a question, the waiting list, declining with a reason. “Forward” sends it to the competent institution.
w-help-refusal = When the gate holds something
w-help-refusal-text = Nothing left this node then. The message says what is missing, and the buttons under it repair it. The code can be told by telephone.
w-help-apart = Separate cases
w-help-apart-text = Cases that protect somebody's safety have a list of their own. They are not in the inbox, in searches or in prints of other cases.
w-help-lock = The lock
w-help-lock-text = After 10 minutes without action the session locks. Typed text is not lost: it goes on once the password is given. Choose “Lock” when you leave the machine.
w-help-keyboard = Keyboard
w-help-keyboard-text = Everything works with Tab, Enter and space. The first link of a page skips to the content. In an open referral Enter accepts.
w-help-danger = Danger to life or health
w-help-danger-text = Call 112 first. A message in Więź does not replace a call.
w-declaration-title = Accessibility statement
w-declaration-who = The pages of this Więź node are run by: {$institution}. Version {$version}.
w-declaration-state = State of accessibility
w-declaration-state-text = The pages are designed to WCAG 2.2 level AA: they work without scripts, at 200 % text, on a screen 320 points wide, by keyboard and in both colour schemes. Nobody from outside the team has audited them yet.
w-declaration-keyboard = Keyboard shortcuts
w-declaration-keyboard-text = There are no shortcuts of their own; those of the browser work.
w-declaration-contact = Contact
w-declaration-contact-text = Problems with accessibility can be reported by telephone: {$phone}. An answer is due within 7 days.
w-declaration-complaint = Complaint
w-declaration-complaint-text = Where no answer comes or it does not help, a complaint can be made to this institution and then to the Commissioner for Human Rights.

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
w-check-queue-found =
    { $n ->
        [one] { $n } message on its way
        *[other] { $n } messages on their way
    }
w-check-alarms-found =
    { $n ->
        [0] no alarms
        [one] { $n } alarm
        *[other] { $n } alarms
    }
