# Polski: every sentence of the command line. Refusals and names of codes have files of their own in the contract.

next = Dalej: {$command}
next-serve = wiez-node serve --data-dir {$dir}
next-people = wiez-node people add --uid UID --name NAZWA --role ROLA
next-referral = wiez-node referral show {$number}
next-info = wiez-node info show {$number}
next-consult = wiez-node consult show {$number}
next-case = wiez-node case show {$number}
next-resend = wiez-node referral resend {$number} – bez wycofanych danych
next-consent = wiez-node referral send --consent {$number} --subject {$subject} --to INSTYTUCJA …
next-alarms = wiez-node alarms
next-allowed = możliwe stany: {$states}
done = Zrobione.
nothing = Nic tu nie ma.
sent = Przekazano do wysłania, sprawa {$number}. Termin: {$due}.
working-copy = KOPIA ROBOCZA: pisma formalnego jeszcze nie wpisano. Gdy wyjdzie: wiez-node formal {$number} ADE|EPUAP|PAPER NUMER DATA
working-copy-theirs = KOPIA ROBOCZA: pisma formalnego jeszcze nie ma. Gdy nadejdzie: wiez-node formal {$number} ADE|EPUAP|PAPER NUMER DATA
sent-flagged = Idzie od razu. Druga osoba obejrzy to w ciągu 24 godzin: {$flags}.
phone = Telefon: {$phone}
life-first = Jeśli zagrożone jest życie lub zdrowie – najpierw zadzwoń pod 112.
life-phoned = Nie podano, do kogo zadzwoniono: --phoned "KTO, GODZINA". Wiadomość wychodzi i bez tego.
queued-offline = Hub teraz nie odpowiada. Sprawa czeka w tym węźle i wyśle się sama.
kept-again = {"  "}Szkic zachowano: {$case}. Gdy przeszkoda minie: wiez-node case resend {$case}
kept-consent = {"  "}Szkic zachowano: {$case}. Gdy będzie zgoda, która to obejmuje: wiez-node case resend {$case} --consent NUMER
kept-without = {"  "}Szkic zachowano: {$case}. Wyślij resztę: wiez-node case resend {$case} --without {$without}
kept-review = {"  "}Szkic {$case} czeka na drugą osobę i wyjdzie dokładnie taki, gdy ona potwierdzi: wiez-node review list
kept-other = {"  "}Szkic zachowano: {$case}. Co w nim jest: wiez-node case show {$case}
other-basis = {"  "}Najpierw podstawa, potem zgoda. Tej instytucji można zadać to samo na podstawie ustawy: wiez-node info ask --basis {$basis} …
nearest = {"  "}Czy chodziło o „{$nearest}”?
node-away = Węzeł na tym komputerze nie działa (folder {$dir}). Niczego nie zmieniono. Uruchom: wiez-node serve
config-good = Konfiguracja jest poprawna.
joined = Dołączono: {$name}, region {$region}. Klucz podpisu {$key}; podaj go ROPS przez telefon. Dane: {$dir}
serving = Węzeł działa: {$name}. Dane: {$dir}
serving-none = Nie uruchomiono żadnego węzła, bo nie udało się otworzyć folderu {$dir}:
web-cert = Certyfikat stron jest gotowy. W konfiguracji, część [web]: tls_cert = "{$cert}", tls_key = "{$key}", hosts = {$hosts}; listen = "0.0.0.0:8710" otwiera strony dla sieci. Działający węzeł wczyta odnowiony certyfikat sam.
web-ca-new = Komputery muszą zaufać urzędowi {$ca} (zasady grupy: Zaufane główne urzędy certyfikacji). Odcisk SHA-256: {$fingerprint}
web-ca-same = Urząd pozostał ten sam ({$ca}, SHA-256 {$fingerprint}); na komputerach nic nie trzeba zmieniać.
log-good = Dziennik: {$size} wpisów pobrano i policzono, podpisy i ciągłość poprawne, korzeń {$root}, stan na {$at}
hub-since = Hub: połączono od {$since}
hub-away = Hub: brak połączenia ({$why})
log-size = Dziennik: {$size} wpisów
alarmed = UWAGA: są alarmy, które musi obejrzeć człowiek.
key-alarm = UWAGA: klucze instytucji {$institution} zmieniły się bez zgody poprzedniego klucza; nic do niej nie wychodzi.
turn-ours = ruch po naszej stronie do {$due}
turn-theirs = ruch po drugiej stronie do {$due}
late = PO TERMINIE
yes = tak
no = nie
apart = [osobno]
export-title = Sprawa {$subject}, instytucja {$institution}. Co można przekazać osobie, której dane dotyczą:
export-of = Numer sprawy nadała instytucja: {$institution}
export-note = Zestawienie może nie być pełne: nie obejmuje akt papierowych ani tego, czego ustawa nie pozwala ujawnić. Na żądania osób odpowiada inspektor ochrony danych.
formal = Pismo formalne: {$channel}, {$number}, {$date}
about = Wynika ze sprawy: {$number}
reviewed-as = przegląd drugiej osoby: {$id} (wiez-node review list)
obligations = Do zrobienia i terminy:
owed = {$what}: do {$due} ({$rule}); {$owner}
owed-done = zrobiono {$at}
holder-WORKER = pracownik
holder-MANAGER = przejął kierownik
owner-REFERRER = nadawca
owner-REFERRER_MANAGER = kierownik u nadawcy
owner-PROVIDER = odbiorca
owner-PROVIDER_MANAGER = kierownik u odbiorcy
cause-NO_HUB = brak połączenia
cause-NOT_RUNNING = węzeł nie działał
outage-NO_HUB = PRZEKROCZONY – AWARIA: brak połączenia od {$from} do {$to}
outage-NOT_RUNNING = PRZEKROCZONY – AWARIA: węzeł nie działał od {$from} do {$to}
review-before = czeka na drugą osobę
review-after = poszło od razu, do obejrzenia
review-asker = od: {$who}; do {$due}
review-asked = pytanie o: {$categories}
review-sent = Wysłano dokładnie to, co czekało, sprawa {$number}.
decision-CONFIRMED = potwierdzono
decision-REJECTED = nie potwierdzono
decision-OVERTAKEN = potwierdzono, ale bramka już na to nie pozwala
alone = (w pojedynkę, bo nikogo innego tu nie ma)
declared = oświadczenie o poufności: {$on}
alarm-DUTY_REFUSED = OBOWIĄZEK NIE DOTARŁ
alarm-DUTY_REJECTED = druga osoba uznała zgłoszenie za nieuzasadnione
alarm-LOG_INCONSISTENT = hub zaprzeczył sam sobie
alarm-CLOCK_SKEW = zegary się nie zgadzają
alarm-KEY_CHANGED = zmieniono klucze instytucji
alarm-UNVERIFIABLE = nie da się sprawdzić
alarm-settled = załatwione: {$who}, {$at}
history = Historia:
pair-live = obowiązuje
pair-ended = zakończona {$at}, potwierdzona w dzienniku
pair-ending = zakończona {$at}, dziennik jeszcze nie potwierdził
row-usable = można używać
row-closed = czeka na zatwierdzenie przez IOD
row-duty = obowiązek: nie czeka na nikogo
row-hidden = osoba, której dotyczy, tego nie widzi
row-review = druga osoba: {$categories}
part-id = nazwa wiersza
part-kind = co
part-senders = od
part-recipients = do
part-class = rodzaj podstawy
part-bases = podstawy
part-consent = zgoda
part-categories = najwyżej te dane
part-never = nigdy do
part-review = zawsze druga osoba dla
part-due = termin odpowiedzi
part-clock_from = termin liczony od
part-expects = oczekiwana odpowiedź
part-feedback = informacja zwrotna dla zgłaszającego
part-owes = należy się
part-requires = wymagane pola
part-role_matrix = zamknięta lista danych według roli
part-matrix = rola
part-secrecy = tajemnica
part-for_gdp = dla grupy diagnostyczno-pomocowej
part-duty = obowiązek, na nikogo nie czeka
part-subject_sees = osoba, której dotyczy
part-act = przepis
part-source = skąd termin i zakres
part-value-REQUIRED = wymagana
part-value-FORBIDDEN = zakazana
part-value-STARTED = dnia wszczęcia procedury
part-value-SENDER = nadawca
part-value-RECIPIENT = odbiorca
part-value-EVENT = zdarzenie, nie osoba
part-value-CONSENT = zgoda osoby
part-value-yes = widzi
part-value-never = nie widzi
part-secrecy-rule = wiąże {$senders}; zamyka {$categories}; otwiera {$opened}
due-MINUTES = {$n} min
due-WORKING_DAYS = koniec {$n}. dnia roboczego
due-CALENDAR_DAYS = koniec {$n}. dnia
due-BY_URGENCY = według pilności
case-REFERRAL = skierowanie
case-INFO = prośba o informacje
case-CONSULT = pytanie bez danych
case-NOTICE = wycofana zgoda
case-SIGNAL = sygnał
case-ALERT = alarm o zagrożeniu
case-NK = Niebieska Karta
case-CRIME = zawiadomienie o przestępstwie
case-COURT = zawiadomienie sądu opiekuńczego
case-QUERY = zapytanie Policji lub kuratora
case-TRANSFER = przekazanie sprawy
case-MEDIATION = mediacja
consent-ACTIVE = aktywna
consent-NARROWED = zawężona
consent-WITHDRAWN = wycofana
consent-EXPIRED = wygasła
consent-SUSPENDED = zawieszona – spór rodziców
consent-PREPARED = przygotowana do podpisu
consent-REFUSED = odmowa
paper-good = Kod jest prawdziwy: zgoda { $number }, wydrukowana przez: { $issuer } (tel. { $phone }), ważna do { $date }.
paper-over = Ostatni dzień tej zgody minął.
paper-left = Ta instytucja już nie uczestniczy w systemie.
paper-signed-by-hand = Kod mówi, co wydrukowano. Czy osoba podpisała, widać na papierze; czy zgodę wycofano, wie instytucja, która ją wydrukowała.
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
field-case_ref = sygnatura sprawy
field-officer = numer funkcjonariusza
field-order_ref = sygnatura orzeczenia
field-justification = uzasadnienie
field-formal_ref = pismo formalne
field-override_reason = dlaczego ujawniono osobę zgłaszającą
field-for_gdp = w imieniu grupy diagnostyczno-pomocowej
field-started_on = procedurę wszczęto
field-phoned = zadzwoniono
field-release = zwolnienie z tajemnicy
field-signal_reason = powód sygnału
field-where = gdzie
field-ack = potwierdzenie
field-mediation = stan mediacji
field-phoned_at_ms = kiedy zadzwoniono
field-phoned_by = kto zadzwonił
field-what = co się stało
field-place = miejsce
field-in_danger = kto jest zagrożony
field-family_knows = rodzina wie o sygnale
field-form_version = wersja formularza
field-incident = przebieg zdarzenia
field-file_hash = skrót podpisanego formularza
field-meeting_on = posiedzenie grupy
field-tasks = zadania
field-new_teryt = nowa gmina (TERYT)
field-given_on = formularz B przekazano
field-open_items = sprawy w toku
field-dispute = powód sporu
field-referral = numer skierowania
field-teryt = obszar (TERYT)
field-proposed = proponowany wykonawca

where-DRAFT = Szkic w tym węźle; nic nie wysłano.
where-HELD = Zatrzymane w tym węźle; nic nie dotarło do pracowników: {$peer}.
where-HELD-NOBODY = Nie przyjęto do przekazania; nic nie dotarło do: {$peer}.
where-HELD-GATE = Nie przyjął tego węzeł instytucji: {$peer}; nikomu tam nie pokazano treści.
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
what-WAITING = {$who}: na razie nie przyjmuje; wiadomość czeka w tym węźle i wyśle się sama, próbując najdalej do {$until}
what-STUCK = {$who}: teraz nie można wysłać; wiadomość czeka w tym węźle i wyśle się sama, gdy przeszkoda minie, najdalej {$until}
what-ACKNOWLEDGED = {$who}: potwierdzono przyjęcie
what-FEEDBACK_SENT = {$who}: dano informację zwrotną
what-FEEDBACK_ARRIVED = {$who}: nadeszła informacja zwrotna
what-FORMAL_ENTERED = {$who}: wpisano pismo formalne
what-DISPATCHED = {$who}: przekazano członkom grupy
what-NOTED = {$who}: notatka grupy
what-HANDED_B = {$who}: przekazano formularz B
what-SITTING = {$who}: odbyło się posiedzenie
what-MEDIATION_ASKED = {$who}: poproszono o mediację
what-MEDIATED = {$who}: krok mediacji
what-CLOSED = {$who}: zamknięto sprawę
what-REMINDED = {$who}: przypomnienie: został ostatni dzień roboczy
what-MISSED = {$who}: termin przekroczony; sprawę przejmuje kierownik
what-MISSED_OUTAGE = {$who}: termin przekroczony – awaria; sprawę przejmuje kierownik
what-REVIEWED = {$who}: druga osoba potwierdziła
what-REVIEW_REJECTED = {$who}: druga osoba nie potwierdziła

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
reviews-open =
    { $n ->
        [one] Czeka { $n } przegląd.
        [few] Czekają { $n } przeglądy.
        *[other] Czeka { $n } przeglądów.
    }
dispatched =
    { $n ->
        [one] Przekazano { $n } instytucji.
        [few] Przekazano { $n } instytucjom.
        *[other] Przekazano { $n } instytucjom.
    }
owed-open =
    { $n ->
        [one] { $n } rzecz do zrobienia
        [few] { $n } rzeczy do zrobienia
        *[other] { $n } rzeczy do zrobienia
    }

signed-in = Zalogowano. Po 10 minutach bez pracy sesja się zablokuje (wiez-node unlock), po 12 godzinach skończy.
ask-password = Hasło:
ask-new-password = Nowe hasło, co najmniej 12 znaków:
ask-code = Kod z arkusza albo z programu:
ask-paper-code = Kod z kartki, wydrukowany przy dołączaniu:
first-code = Kod dla pierwszego kierownika. Pokazujemy go tylko teraz; z nim: wiez-node account first LOGIN --name NAZWA --worker-role KIEROWNIK
first-password = Pierwsze hasło konta {$login}. Pokazujemy je tylko teraz; po zalogowaniu trzeba ustawić własne:
codes-once = Kody jednorazowe. Pokazujemy je tylko teraz; wcześniejszy arkusz już nie działa:
sheets-once = Arkusze odzyskiwania. Pokazujemy je tylko teraz. Wydrukuj, rozdziel w trzy miejsca, nigdy w ROPS; dowolne dwa odtwarzają klucz, jeden nic nie zdradza.
sheet-title = Arkusz {$n} z 3, komplet {$set}
next-totp = wiez-node account factor totp --secret TEN_KLUCZ
left = Konto {$login} zamknięto, jego klucz unieważniono. Sprawy tej osoby przydziel innym.
trail-good = Ślad jest cały, wpisów: {$size}. Zapisz tę linię, a później: wiez-node audit verify --head LINIA
account-ACTIVE = czynne
account-LOCKED = zablokowane
account-LEFT = zamknięte
keys-NONE = bez kluczy
keys-WAITING = klucze czekają na kierownika
keys-GIVEN = z kluczami
did-OPENED = otwarto sprawę
did-SENT = wysłano wiadomość
did-SIGNED_IN = zalogowanie
did-SIGNED_OUT = wylogowanie
did-PASSWORD_CHANGED = zmiana hasła
did-FACTOR_CHANGED = zmiana drugiego składnika
did-ACCOUNT_ADDED = nowe konto
did-ACCOUNT_RESET = hasło ustawione na nowo
did-ACCOUNT_LOCKED = zablokowanie konta
did-ACCOUNT_UNLOCKED = odblokowanie konta
did-ACCOUNT_LEFT = zamknięcie konta
did-ROLE_CHANGED = zmiana roli
did-KEYS_GIVEN = nadanie kluczy
did-SUBSTITUTE_CHANGED = zmiana zastępcy
did-RECEIVES_CHANGED = zmiana, jakie nowe sprawy przychodzą
did-WENT_AWAY = nieobecność
did-CAME_BACK = powrót
did-CASES_MOVED = przekazanie spraw
did-CASE_EXCLUDED = wyłączenie ze sprawy
did-CASE_ADMITTED = dopuszczenie do sprawy
did-SHEETS_MADE = nowe arkusze odzyskiwania
did-RECOVERED = odzyskanie arkuszami
did-EXPORTED = wydruk dla osoby
did-CONFLICT_CHANGED = spór rodziców: odnotowano początek lub koniec
did-REVIEWED = druga osoba rozstrzygnęła
did-PERSON_ADDED = nowa osoba w tabeli pracowników

mark-good = dobrze
mark-warn = uwaga
mark-bad = źle
check-never = jeszcze nigdy
check-hub = Połączenie z hubem
check-hub-good = połączono: {$at}
check-hub-found = brak połączenia
check-hub-todo = Można pracować dalej; sprawy czekają tutaj i wyślą się same. Administrator: sprawdź sieć i adres huba.
check-queue = Kolejka
check-queue-found =
    { $n ->
        [0] w zwykłych sprawach nic nie czeka
        [one] { $n } wiadomość zwykłych spraw w drodze
        *[other] { $n } wiadomości zwykłych spraw w drodze
    }
check-queue-old = coś czeka na wysłanie od {$at}
check-queue-todo = Nic. Wiadomości wyślą się po powrocie połączenia.
check-clock = Zegar
check-clock-unknown = nie porównano, bo nie ma połączenia z hubem
check-clock-good =
    { $n ->
        [one] różnica wobec czasu huba: najwyżej { $n } minuta
        [few] różnica wobec czasu huba: najwyżej { $n } minuty
        *[other] różnica wobec czasu huba: najwyżej { $n } minut
    }
check-clock-found =
    { $n ->
        [one] różni się od czasu huba o { $n } minutę
        [few] różni się od czasu huba o { $n } minuty
        *[other] różni się od czasu huba o { $n } minut
    }
check-clock-todo = Administrator: włącz synchronizację czasu (timedatectl set-ntp true).
check-log = Dziennik regionu
check-log-found = ostatni podpisany czas: {$at}
check-log-todo = Nowych treści opartych na zgodzie nie można teraz otworzyć po raz pierwszy. Poczekaj na połączenie albo zadzwoń do ROPS.
check-certificate = Certyfikat węzła
check-certificate-found = ważny do {$at}
check-certificate-todo = Administrator: poproś ROPS o nowe zaproszenie, zanim ten dzień minie.
check-pages = Certyfikat stron
check-pages-todo = Administrator: wiez-node web cert; strony wczytają go same.
check-disk = Miejsce na dysku
check-disk-found = wolne {$mb} MB
check-disk-todo = Administrator: zwolnij miejsce; poniżej progu odbiór się wstrzyma i sam ruszy, gdy miejsce wróci.
check-alarms = Alarmy
check-alarms-found =
    { $n ->
        [0] nie ma alarmów
        [one] { $n } alarm
        [few] { $n } alarmy
        *[other] { $n } alarmów
    }
check-alarms-todo = Ktoś musi je obejrzeć: wiez-node alarms
check-substitutes = Zastępcy
check-substitutes-good = każda osoba, do której trafiają nowe sprawy, ma zastępcę
check-substitutes-found =
    { $n ->
        [one] { $n } osoba bez zastępcy: { $what }
        [few] { $n } osoby bez zastępcy: { $what }
        *[other] { $n } osób bez zastępcy: { $what }
    }
check-substitutes-todo = Kierownik: wyznacz zastępcę, żeby nowe sprawy nie czekały w czasie nieobecności.
check-declaration = Deklaracja dostępności
check-declaration-found = ostatni przegląd: {$at}
check-declaration-todo = Administrator: do 31 marca przejrzyj deklarację dostępności i wpisz datę w konfiguracji, część [web.declaration], klucz reviewed.
cases-moved =
    { $n ->
        [one] Przekazano { $n } sprawę.
        [few] Przekazano { $n } sprawy.
        *[other] Przekazano { $n } spraw.
    }
receives-ORDINARY = nowe sprawy zwykłe
receives-SAFETY = nowe sprawy bezpieczeństwa
receives-BOTH = nowe sprawy zwykłe i bezpieczeństwa
away = osoba nieobecna
