# Polski: every sentence of the command line. Refusals and names of codes have files of their own in the contract.

next = Dalej: {$command}
next-serve = wiez-node serve --data-dir {$dir}
next-people = wiez-node people add --uid UID --name NAZWA --role ROLA
next-referral = wiez-node referral show {$number}
next-info = wiez-node info show {$number}
next-consult = wiez-node consult show {$number}
next-resend = wiez-node referral resend {$number} – bez wycofanych danych
next-consent = wiez-node referral send --consent {$number} --subject {$subject} --to INSTYTUCJA …
next-alarms = wiez-node alarms
next-allowed = możliwe stany: {$states}
done = Zrobione.
nothing = Nic tu nie ma.
sent = Przekazano do wysłania, sprawa {$number}. Termin: {$due}.
queued-offline = Hub teraz nie odpowiada. Sprawa czeka w tym węźle i wyśle się sama.
kept = {"  "}Szkic zachowano: {$case}. Popraw i wyślij: wiez-node referral resend {$case} --without KATEGORIA
kept-without = {"  "}Szkic zachowano: {$case}. Wyślij resztę: wiez-node referral resend {$case} --without {$categories}
nearest = {"  "}Czy chodziło o „{$nearest}”?
node-away = Węzeł na tym komputerze nie działa (folder {$dir}). Niczego nie zmieniono. Uruchom: wiez-node serve
config-good = Konfiguracja jest poprawna.
joined = Dołączono: {$name}, region {$region}. Klucz podpisu {$key}; podaj go ROPS przez telefon. Dane: {$dir}
serving = Węzeł działa: {$name}. Dane: {$dir}
log-good = Dziennik: {$size} wpisów pobrano i policzono, podpisy i ciągłość poprawne, korzeń {$root}, stan na {$at}
hub-since = Hub: połączono od {$since}
hub-away = Hub: brak połączenia ({$why})
log-size = Dziennik: {$size} wpisów
alarmed = UWAGA: są alarmy, które musi obejrzeć człowiek.
key-alarm = UWAGA: klucze instytucji {$institution} zmieniły się bez zgody poprzedniego klucza; nic do niej nie wychodzi.
turn-ours = ruch po naszej stronie do {$due}
turn-theirs = ruch po drugiej stronie do {$due}
late = PO TERMINIE
history = Historia:
pair-live = obowiązuje
pair-ended = zakończona {$at}, potwierdzona w dzienniku
pair-ending = zakończona {$at}, dziennik jeszcze nie potwierdził
row-usable = można używać
row-closed = czeka na zatwierdzenie przez IOD
consent-ACTIVE = aktywna
consent-NARROWED = zawężona
consent-WITHDRAWN = wycofana
consent-EXPIRED = wygasła
consent-SUSPENDED = zawieszona – spór rodziców
standing-ACTIVE = działa
standing-SUSPENDED = zawieszona
standing-REVOKED = odwołana
state-DRAFT = szkic
state-QUEUED = czeka na wysłanie
state-ACCEPTED = w hubie
state-RECEIVED = odebrane
state-REFUSED = nie przyjęto
state-BLOCKED = zatrzymane
state-UNCERTAIN = niepewne
state-EXPIRED = wygasło
state-STOPPED = zatrzymane tutaj
banner-OUTAGE = Pokazano bez najnowszego stanu zgód: otwarto wcześniej, gdy zgoda obowiązywała.
banner-KEPT_ON_BASIS = Zgodę wycofano; treść zachowano na innej podstawie.
banner-NARROWED = Część zgody wycofano; pokazano tylko to, co obejmuje węższa zgoda.
field-topic = temat
field-text = treść
field-question = pytanie
field-asked = zakres pytania
field-why_needed = po co
field-partial = odpowiedź częściowa
field-reason = powód
field-what_would_help = co pomoże
field-status = stan
field-earliest_date = najwcześniej
field-outcome = wynik
field-note = notatka
field-original_sender = autor pierwotny
field-original_message_id = numer pierwotnej wiadomości
field-original_envelope_hash = skrót pierwotnej koperty
field-why = dlaczego przekazano
field-service = usługa
field-goal = cel
field-urgency = pilność
field-wished_by = życzony termin
field-language = język rozmowy
field-accessibility = potrzeby
field-code = kod
field-scope = zakres
field-answer = odpowiedź
field-basis = podstawa

where-DRAFT = Szkic w tym węźle; nic nie wysłano.
where-HELD = Zatrzymane w tym węźle; nic nie dotarło do pracowników: {$peer}.
where-QUEUED = Czeka w tym węźle na wysłanie do: {$peer}.
where-SENT = Leży w hubie i czeka, aż odbierze: {$peer}.
where-DELIVERED = Jest w węźle instytucji: {$peer}; nikt jeszcze nie otworzył.
where-OPENED = Otwarte i przeczytane; odpowiedzi jeszcze nie ma. Druga strona: {$peer}.
where-NEED_INFO = Zadano pytanie; sprawa z: {$peer} czeka na uzupełnienie.
where-ACCEPTED = Przyjęte; praca jeszcze się nie zaczęła. Druga strona: {$peer}.
where-DECLINED = Odrzucone z podaniem powodu. Druga strona: {$peer}.
where-FORWARDED = Przekazane do instytucji właściwej. Druga strona: {$peer}.
where-REDIRECT_PROPOSED = Zaproponowano innego odbiorcę. Druga strona: {$peer}.
where-WAITLISTED = Na liście oczekujących. Druga strona: {$peer}.
where-IN_PROGRESS = W realizacji. Druga strona: {$peer}.
where-COMPLETED = Zakończone. Druga strona: {$peer}.
where-INTERRUPTED = Przerwane. Druga strona: {$peer}.
where-CLOSED_NO_CONTACT = Zamknięte z braku kontaktu z osobą. Druga strona: {$peer}.
where-RECALLED = Cofnięte przed otwarciem. Druga strona: {$peer}.
where-EXPIRED = Termin minął bez odpowiedzi; sprawa wróciła do nadawcy. Druga strona: {$peer}.
where-CANCELLED_CONSENT = Zamknięte, bo zgoda została wycofana. Druga strona: {$peer}.
where-CANCELLED_BY_SENDER = Wycofane przez nadawcę. Druga strona: {$peer}.
where-IN_MEDIATION = W mediacji. Druga strona: {$peer}.

what-HELD = {$who}: bramka zatrzymała wysłanie
what-QUEUED = {$who}: przekazano do wysłania
what-HUB_ACCEPTED = {$who}: zapisano w hubie i w dzienniku
what-RECEIVED = {$who}: węzeł odbiorcy podpisał odbiór
what-REFUSED = {$who}: nie przyjęto
what-BLOCKED = {$who}: zatrzymano przed wydaniem; odbiorca nie dostał treści
what-UNCERTAIN = {$who}: zatrzymano, ale mogło już opuścić hub
what-EXPIRED = {$who}: minął czas ważności
what-STOPPED = {$who}: zatrzymano w tym węźle; nic nie wyszło
what-ARRIVED = Nadeszło z: {$who}
what-OPENED = {$who}: otwarto po raz pierwszy
what-DECIDED = {$who}: decyzja
what-REPORTED = {$who}: zgłoszono stan
what-IGNORED = {$who}: zgłoszony stan nie pasuje; nic nie zmieniono
what-ANSWERED = {$who}: odpowiedź
what-FORWARDED = {$who}: przekazano według właściwości
what-CANCELLED = {$who}: wycofano skierowanie
what-CONSENT_ENDED = {$who}: zgoda się skończyła
what-NOTICE_SENT = {$who}: zawiadomiono o wycofaniu zgody
what-NOTICE_ARRIVED = {$who}: zawiadomienie o wycofaniu zgody
what-NOTICE_ANSWERED = {$who}: odpowiedź na zawiadomienie o wycofaniu
what-DELETED = {$who}: treść zniszczono
what-DEADLINE_MISSED = {$who}: minął termin; sprawę przejmuje następna osoba

cases-open =
    { $n ->
        [one] { $n } otwarta sprawa
        [few] { $n } otwarte sprawy
        *[other] { $n } otwartych spraw
    }
cases-late =
    { $n ->
        [one] { $n } sprawa po terminie
        [few] { $n } sprawy po terminie
        *[other] { $n } spraw po terminie
    }
outbox-waiting =
    { $n ->
        [one] { $n } wiadomość w drodze
        [few] { $n } wiadomości w drodze
        *[other] { $n } wiadomości w drodze
    }
consents-live =
    { $n ->
        [one] { $n } ważna zgoda
        [few] { $n } ważne zgody
        *[other] { $n } ważnych zgód
    }
stopped =
    { $n ->
        [one] { $n } wiadomość zatrzymano, zanim wyszła
        [few] { $n } wiadomości zatrzymano, zanim wyszły
        *[other] { $n } wiadomości zatrzymano, zanim wyszły
    }
