# Українська: every sentence of the command line. Refusals and names of codes have files of their own in the contract.

next = Далі: {$command}
next-serve = wiez-node serve --data-dir {$dir}
next-people = wiez-node people add --uid UID --name ІМ’Я --role РОЛЬ
next-referral = wiez-node referral show {$number}
next-info = wiez-node info show {$number}
next-consult = wiez-node consult show {$number}
next-case = wiez-node case show {$number}
next-resend = wiez-node referral resend {$number} – без відкликаних даних
next-consent = wiez-node referral send --consent {$number} --subject {$subject} --to УСТАНОВА …
next-alarms = wiez-node alarms
next-allowed = можливі стани: {$states}
done = Зроблено.
nothing = Тут нічого немає.
sent = Передано для надсилання, справа {$number}. Строк: {$due}.
working-copy = РОБОЧА КОПІЯ («kopia robocza»): офіційного листа ще не внесено. Коли він вийде: wiez-node formal {$number} ADE|EPUAP|PAPER НОМЕР ДАТА
working-copy-theirs = РОБОЧА КОПІЯ («kopia robocza»): офіційного листа ще немає. Коли він надійде: wiez-node formal {$number} ADE|EPUAP|PAPER НОМЕР ДАТА
sent-flagged = Іде одразу. Друга особа перегляне це протягом 24 годин: {$flags}.
phone = Телефон: {$phone}
life-first = Якщо є загроза життю чи здоров’ю – спочатку зателефонуйте 112.
life-phoned = Не вказано, кому зателефонували: --phoned "ХТО, ЧАС". Повідомлення йде і без цього.
queued-offline = Хаб зараз не відповідає. Справа чекає в цьому вузлі й надішлеться сама.
kept-again = {"  "}Чернетку збережено: {$case}. Коли перешкода мине: wiez-node case resend {$case}
kept-consent = {"  "}Чернетку збережено: {$case}. Коли буде згода, що це охоплює: wiez-node case resend {$case} --consent НОМЕР
kept-without = {"  "}Чернетку збережено: {$case}. Надішліть решту: wiez-node case resend {$case} --without {$without}
kept-review = {"  "}Чернетка {$case} чекає на другу особу й вийде саме такою, коли та підтвердить: wiez-node review list
kept-other = {"  "}Чернетку збережено: {$case}. Що в ній: wiez-node case show {$case}
other-basis = {"  "}Спочатку підстава, потім згода. Цю установу можна запитати про те саме на підставі закону: wiez-node info ask --basis {$basis} …
nearest = {"  "}Можливо, ви мали на увазі «{$nearest}»?
node-away = Вузол на цьому комп’ютері не працює (папка {$dir}). Нічого не змінено. Запустіть: wiez-node serve
config-good = Конфігурація правильна.
joined = Приєднано: {$name}, регіон {$region}. Ключ підпису {$key}; повідомте його ROPS телефоном. Дані: {$dir}
serving = Вузол працює: {$name}. Дані: {$dir}
serving-none = Жодного вузла не запущено, бо не вдалося відкрити папку {$dir}:
web-cert = Сертифікат сторінок готовий. У конфігурації, частина [web]: tls_cert = "{$cert}", tls_key = "{$key}", hosts = {$hosts}; listen = "0.0.0.0:8710" відкриває сторінки для мережі. Запущений вузол сам зчитає поновлений сертифікат.
web-ca-new = Комп’ютери мають довіряти центру {$ca} (групова політика: довірені кореневі центри сертифікації). SHA-256: {$fingerprint}
web-ca-same = Центр той самий ({$ca}, SHA-256 {$fingerprint}); на комп’ютерах нічого змінювати не треба.
log-good = Журнал: {$size} записів отримано й обчислено, підписи та безперервність правильні, корінь {$root}, станом на {$at}
hub-since = Хаб: з’єднано з {$since}
hub-away = Хаб: немає з’єднання ({$why})
log-size = Журнал: {$size} записів
alarmed = УВАГА: є тривоги, які має переглянути людина.
key-alarm = УВАГА: ключі установи {$institution} змінилися без згоди попереднього ключа; до неї нічого не виходить.
turn-ours = наша черга до {$due}
turn-theirs = їхня черга до {$due}
late = ПРОСТРОЧЕНО
yes = так
no = ні
apart = [окремо]
export-title = Справа {$subject}, установа {$institution}. Що можна передати особі, якої стосуються дані:
export-of = Номер справи надала установа: {$institution}
export-note = Перелік може бути неповним: він не охоплює паперових справ і того, що закон не дозволяє розкривати. На запити осіб відповідає інспектор із захисту даних.
formal = Офіційний лист: {$channel}, {$number}, {$date}
about = Походить зі справи: {$number}
reviewed-as = перегляд другою особою: {$id} (wiez-node review list)
obligations = Що належить зробити й до коли:
owed = {$what}: до {$due} ({$rule}); {$owner}
owed-done = зроблено {$at}
holder-WORKER = працівник
holder-MANAGER = перебрав керівник
owner-REFERRER = відправник
owner-REFERRER_MANAGER = керівник у відправника
owner-PROVIDER = отримувач
owner-PROVIDER_MANAGER = керівник в отримувача
cause-NO_HUB = немає з’єднання
cause-NOT_RUNNING = вузол не працював
outage-NO_HUB = ПРОПУЩЕНО – ЗБІЙ: немає з’єднання з {$from} до {$to}
outage-NOT_RUNNING = ПРОПУЩЕНО – ЗБІЙ: вузол не працював з {$from} до {$to}
review-before = чекає на другу особу
review-after = пішло одразу, треба переглянути
review-asker = від: {$who}; до {$due}
review-asked = запит про: {$categories}
review-sent = Надіслано саме те, що чекало, справа {$number}.
decision-CONFIRMED = підтверджено
decision-REJECTED = не підтверджено
decision-OVERTAKEN = підтверджено, але шлюз цього вже не дозволяє
alone = (самотужки, бо більше нікого немає)
declared = заява про конфіденційність: {$on}
alarm-DUTY_REFUSED = ОБОВ’ЯЗКОВЕ ПОВІДОМЛЕННЯ НЕ ДІЙШЛО
alarm-DUTY_REJECTED = друга особа вважає повідомлення необґрунтованим
alarm-LOG_INCONSISTENT = хаб суперечить сам собі
alarm-CLOCK_SKEW = годинники розходяться
alarm-KEY_CHANGED = ключі установи змінилися
alarm-UNVERIFIABLE = неможливо перевірити
alarm-settled = залагоджено: {$who}, {$at}
history = Історія:
pair-live = чинна
pair-ended = припинена {$at}, підтверджено в журналі
pair-ending = припинена {$at}, журнал ще не підтвердив
row-usable = можна використовувати
row-closed = чекає на затвердження інспектором
row-duty = обов’язок: не чекає ні на кого
row-hidden = особа, якої це стосується, цього не бачить
row-review = друга особа: {$categories}
part-id = назва рядка
part-kind = що
part-senders = від
part-recipients = до
part-class = вид підстави
part-bases = підстави
part-consent = згода
part-categories = щонайбільше ці дані
part-never = ніколи до
part-review = завжди друга особа для
part-due = строк відповіді
part-clock_from = строк рахується від
part-expects = очікувана відповідь
part-feedback = зворотна інформація заявникові
part-owes = належить зробити
part-requires = обов’язкові поля
part-role_matrix = закритий перелік даних за роллю
part-matrix = роль
part-secrecy = таємниця
part-for_gdp = для діагностично-допоміжної групи
part-duty = обов’язок, ні на кого не чекає
part-subject_sees = особа, якої це стосується
part-act = норма
part-source = звідки строк і обсяг
part-value-REQUIRED = потрібна
part-value-FORBIDDEN = заборонена
part-value-STARTED = дня початку процедури
part-value-SENDER = відправник
part-value-RECIPIENT = отримувач
part-value-EVENT = подія, не особа
part-value-CONSENT = згода особи
part-value-yes = бачить
part-value-never = не бачить
part-secrecy-rule = зобов’язує {$senders}; закриває {$categories}; відкриває {$opened}
due-MINUTES = {$n} хв
due-WORKING_DAYS = кінець {$n}-го робочого дня
due-CALENDAR_DAYS = кінець {$n}-го дня
due-BY_URGENCY = за терміновістю
case-REFERRAL = скерування
case-INFO = запит інформації
case-CONSULT = питання без даних
case-NOTICE = відкликана згода
case-SIGNAL = сигнал
case-ALERT = сповіщення про загрозу
case-NK = «Синя картка»
case-CRIME = повідомлення про злочин
case-COURT = повідомлення опікунського суду
case-QUERY = запит поліції або куратора
case-TRANSFER = передання справи
case-MEDIATION = медіація
consent-ACTIVE = чинна
consent-NARROWED = звужена
consent-WITHDRAWN = відкликана
consent-EXPIRED = строк минув
consent-SUSPENDED = призупинена – спір батьків
consent-PREPARED = підготовлена до підпису
consent-REFUSED = відмова
paper-good = Код справжній: згода { $number }, надруковано: { $issuer } (тел. { $phone }), чинна до { $date }.
paper-over = Останній день цієї згоди минув.
paper-left = Ця установа більше не бере участі.
paper-signed-by-hand = Код каже, що надруковано. Чи особа підписала, видно на папері; чи згоду відкликано, знає установа, яка її надрукувала.
standing-ACTIVE = діє
standing-SUSPENDED = призупинена
standing-REVOKED = вилучена
state-DRAFT = чернетка
state-QUEUED = чекає надсилання
state-ACCEPTED = у хабі
state-RECEIVED = отримано
state-REFUSED = не прийнято
state-BLOCKED = зупинено
state-UNCERTAIN = непевно
state-EXPIRED = строк минув
state-STOPPED = зупинено тут
banner-OUTAGE = Показано без найновішого стану згод: відкрито раніше, коли згода була чинною.
banner-KEPT_ON_BASIS = Згоду відкликано; зміст збережено на іншій підставі.
banner-NARROWED = Частину згоди відкликано; показано лише те, що охоплює вужча згода.
field-topic = тема
field-text = текст
field-question = запитання
field-asked = обсяг запиту
field-why_needed = навіщо
field-partial = часткова відповідь
field-reason = причина
field-what_would_help = що допоможе
field-status = стан
field-earliest_date = найраніше
field-outcome = результат
field-note = нотатка
field-original_sender = початковий автор
field-original_message_id = початкове повідомлення
field-original_envelope_hash = геш початкового конверта
field-why = чому передано
field-service = послуга
field-goal = мета
field-urgency = терміновість
field-wished_by = бажаний строк
field-language = мова розмови
field-accessibility = потреби
field-code = код
field-scope = обсяг
field-answer = відповідь
field-basis = підстава
field-case_ref = номер справи
field-officer = номер службовця
field-order_ref = номер рішення
field-justification = обґрунтування
field-formal_ref = офіційний лист
field-override_reason = чому розкрито заявника
field-for_gdp = від імені діагностично-допоміжної групи
field-started_on = процедуру розпочато
field-phoned = зателефоновано
field-release = звільнення від таємниці
field-signal_reason = причина сигналу
field-where = де
field-ack = підтвердження
field-mediation = стан медіації
field-phoned_at_ms = коли зателефоновано
field-phoned_by = хто телефонував
field-what = що сталося
field-place = місце
field-in_danger = хто в небезпеці
field-family_knows = родина знає про сигнал
field-form_version = версія форми
field-incident = перебіг події
field-file_hash = хеш підписаної форми
field-meeting_on = засідання групи
field-tasks = завдання
field-new_teryt = нова гміна (TERYT)
field-given_on = форму B передано
field-open_items = що ще треба зробити
field-dispute = причина спору
field-referral = номер скерування
field-teryt = територія (TERYT)
field-proposed = запропонований виконавець

where-DRAFT = Чернетка в цьому вузлі; нічого не надіслано.
where-HELD = Затримано в цьому вузлі; до працівників {$peer} нічого не дійшло.
where-HELD-NOBODY = Не прийнято для передання; ніщо не дійшло до: {$peer}.
where-HELD-GATE = Вузол установи цього не прийняв: {$peer}; зміст нікому там не показано.
where-QUEUED = Чекає в цьому вузлі на надсилання до {$peer}.
where-SENT = Лежить у хабі, доки не забере {$peer}.
where-DELIVERED = Є у вузлі установи {$peer}; ще ніхто не відкрив.
where-OPENED = Відкрито й прочитано; відповіді ще немає. Інша сторона: {$peer}.
where-NEED_INFO = Поставлено запитання; справа з {$peer} чекає на уточнення.
where-ACCEPTED = Прийнято; робота ще не почалася. Інша сторона: {$peer}.
where-DECLINED = Відхилено із зазначенням причини. Інша сторона: {$peer}.
where-FORWARDED = Передано компетентній установі. Інша сторона: {$peer}.
where-REDIRECT_PROPOSED = Запропоновано іншого отримувача. Інша сторона: {$peer}.
where-WAITLISTED = У списку очікування. Інша сторона: {$peer}.
where-IN_PROGRESS = Виконується. Інша сторона: {$peer}.
where-COMPLETED = Завершено. Інша сторона: {$peer}.
where-INTERRUPTED = Перервано. Інша сторона: {$peer}.
where-CLOSED_NO_CONTACT = Закрито через брак контакту з особою. Інша сторона: {$peer}.
where-RECALLED = Відкликано до відкриття. Інша сторона: {$peer}.
where-EXPIRED = Строк минув без відповіді; справа повернулася до відправника. Інша сторона: {$peer}.
where-CANCELLED_CONSENT = Закрито, бо згоду відкликано. Інша сторона: {$peer}.
where-CANCELLED_BY_SENDER = Скасовано відправником. Інша сторона: {$peer}.
where-IN_MEDIATION = У медіації. Інша сторона: {$peer}.

what-HELD = {$who}: шлюз затримав надсилання
what-QUEUED = {$who}: передано для надсилання
what-HUB_ACCEPTED = {$who}: записано в хабі та журналі
what-RECEIVED = {$who}: вузол отримувача підписав отримання
what-REFUSED = {$who}: не прийнято
what-BLOCKED = {$who}: зупинено до видачі; отримувач не отримав змісту
what-UNCERTAIN = {$who}: зупинено, але могло вже залишити хаб
what-EXPIRED = {$who}: строк дії минув
what-STOPPED = {$who}: зупинено в цьому вузлі; нічого не вийшло
what-ARRIVED = Надійшло від {$who}
what-OPENED = {$who}: відкрито вперше
what-DECIDED = {$who}: рішення
what-REPORTED = {$who}: повідомлено стан
what-IGNORED = {$who}: повідомлений стан не підходить; нічого не змінено
what-ANSWERED = {$who}: відповідь
what-FORWARDED = {$who}: передано за підвідомчістю
what-CANCELLED = {$who}: скасовано скерування
what-CONSENT_ENDED = {$who}: згода припинилася
what-NOTICE_SENT = {$who}: повідомлено про відкликання згоди
what-NOTICE_ARRIVED = {$who}: повідомлення про відкликання згоди
what-NOTICE_ANSWERED = {$who}: відповідь на повідомлення про відкликання
what-DELETED = {$who}: зміст знищено
what-DEADLINE_MISSED = {$who}: строк минув; справу переймає наступна особа
what-WAITING = {$who}: поки не приймає; повідомлення чекає в цьому вузлі й надішлеться саме, спроби щонайдовше до {$until}
what-STUCK = {$who}: зараз не можна надіслати; повідомлення чекає в цьому вузлі й надішлеться саме, коли перешкода мине, щонайпізніше {$until}
what-ACKNOWLEDGED = {$who}: підтверджено прийняття
what-FEEDBACK_SENT = {$who}: надано зворотну інформацію
what-FEEDBACK_ARRIVED = {$who}: надійшла зворотна інформація
what-FORMAL_ENTERED = {$who}: внесено офіційний лист
what-DISPATCHED = {$who}: передано членам групи
what-NOTED = {$who}: нотатка групи
what-HANDED_B = {$who}: передано форму B
what-SITTING = {$who}: відбулося засідання
what-MEDIATION_ASKED = {$who}: запитано про медіацію
what-MEDIATED = {$who}: крок медіації
what-CLOSED = {$who}: справу закрито
what-REMINDED = {$who}: нагадування: залишився останній робочий день
what-MISSED = {$who}: термін пропущено; справу перебирає керівник
what-MISSED_OUTAGE = {$who}: термін пропущено – збій; справу перебирає керівник
what-REVIEWED = {$who}: друга особа підтвердила
what-REVIEW_REJECTED = {$who}: друга особа не підтвердила

cases-open =
    { $n ->
        [one] { $n } відкрита справа
        [few] { $n } відкриті справи
        *[other] { $n } відкритих справ
    }
cases-late =
    { $n ->
        [one] { $n } справа прострочена
        [few] { $n } справи прострочені
        *[other] { $n } справ прострочено
    }
outbox-waiting =
    { $n ->
        [one] { $n } повідомлення в дорозі
        [few] { $n } повідомлення в дорозі
        *[other] { $n } повідомлень у дорозі
    }
consents-live =
    { $n ->
        [one] { $n } чинна згода
        [few] { $n } чинні згоди
        *[other] { $n } чинних згод
    }
stopped =
    { $n ->
        [one] { $n } повідомлення зупинено до виходу
        [few] { $n } повідомлення зупинено до виходу
        *[other] { $n } повідомлень зупинено до виходу
    }
reviews-open =
    { $n ->
        [one] Чекає { $n } перегляд.
        [few] Чекають { $n } перегляди.
        *[other] Чекає { $n } переглядів.
    }
dispatched =
    { $n ->
        [one] Передано { $n } установі.
        [few] Передано { $n } установам.
        *[other] Передано { $n } установам.
    }
owed-open =
    { $n ->
        [one] { $n } справу належить зробити
        [few] { $n } справи належить зробити
        *[other] { $n } справ належить зробити
    }

signed-in = Вхід виконано. Після 10 хвилин без роботи сеанс заблокується (wiez-node unlock), через 12 годин закінчиться.
ask-password = Пароль:
ask-new-password = Новий пароль, щонайменше 12 знаків:
ask-code = Код з аркуша або з програми:
ask-paper-code = Код з паперу, надрукований під час приєднання:
first-code = Код для першого керівника. Показуємо його лише зараз; з ним: wiez-node account first LOGIN --name ІМ’Я --worker-role KIEROWNIK
first-password = Перший пароль облікового запису {$login}. Показуємо його лише зараз; після входу треба встановити власний:
codes-once = Одноразові коди. Показуємо їх лише зараз; попередній аркуш уже не діє:
sheets-once = Аркуші відновлення. Показуємо їх лише зараз. Надрукуйте, зберігайте у трьох місцях, ніколи в ROPS; будь-які два відтворюють ключ, один нічого не видає.
sheet-title = Аркуш {$n} з 3, комплект {$set}
next-totp = wiez-node account factor totp --secret ЦЕЙ_КЛЮЧ
left = Обліковий запис {$login} закрито, його ключ скасовано. Передайте справи цієї особи іншим.
trail-good = Слід цілий, записів: {$size}. Запишіть цей рядок, а потім: wiez-node audit verify --head РЯДОК
account-ACTIVE = чинний
account-LOCKED = заблокований
account-LEFT = закритий
keys-NONE = без ключів
keys-WAITING = ключі чекають на керівника
keys-GIVEN = з ключами
did-OPENED = відкрито справу
did-SENT = надіслано повідомлення
did-SIGNED_IN = вхід
did-SIGNED_OUT = вихід
did-PASSWORD_CHANGED = зміна пароля
did-FACTOR_CHANGED = зміна другого чинника
did-ACCOUNT_ADDED = новий обліковий запис
did-ACCOUNT_RESET = пароль скинуто
did-ACCOUNT_LOCKED = блокування облікового запису
did-ACCOUNT_UNLOCKED = розблокування облікового запису
did-ACCOUNT_LEFT = закриття облікового запису
did-ROLE_CHANGED = зміна ролі
did-KEYS_GIVEN = надання ключів
did-SUBSTITUTE_CHANGED = зміна заступника
did-RECEIVES_CHANGED = зміна, які нові справи надходять
did-WENT_AWAY = відсутність
did-CAME_BACK = повернення
did-CASES_MOVED = передання справ
did-CASE_EXCLUDED = усунення від справи
did-CASE_ADMITTED = допущення до справи
did-SHEETS_MADE = нові аркуші відновлення
did-RECOVERED = відновлення аркушами
did-EXPORTED = роздруківка для особи
did-CONFLICT_CHANGED = конфлікт батьків: записано початок або кінець
did-REVIEWED = друга особа вирішила
did-PERSON_ADDED = нова особа в таблиці працівників

mark-good = добре
mark-warn = увага
mark-bad = погано
check-never = ще ніколи
check-hub = З’єднання з хабом
check-hub-good = з’єднано: {$at}
check-hub-found = немає з’єднання
check-hub-todo = Можна працювати далі; справи чекають тут і надішлються самі. Адміністратор: перевірте мережу й адресу хаба.
check-queue = Черга
check-queue-found =
    { $n ->
        [0] у звичайних справах нічого не чекає
        [one] { $n } повідомлення звичайних справ у дорозі
        [few] { $n } повідомлення звичайних справ у дорозі
        *[other] { $n } повідомлень звичайних справ у дорозі
    }
check-queue-old = щось чекає на надсилання від {$at}
check-queue-todo = Нічого. Повідомлення надішлються, коли повернеться з’єднання.
check-clock = Годинник
check-clock-unknown = не порівняно, бо немає з’єднання з хабом
check-clock-good =
    { $n ->
        [one] різниця з часом хаба: щонайбільше { $n } хвилина
        [few] різниця з часом хаба: щонайбільше { $n } хвилини
        *[other] різниця з часом хаба: щонайбільше { $n } хвилин
    }
check-clock-found =
    { $n ->
        [one] відрізняється від часу хаба на { $n } хвилину
        [few] відрізняється від часу хаба на { $n } хвилини
        *[other] відрізняється від часу хаба на { $n } хвилин
    }
check-clock-todo = Адміністратор: увімкніть синхронізацію часу (timedatectl set-ntp true).
check-log = Журнал регіону
check-log-found = останній підписаний час: {$at}
check-log-todo = Новий зміст за згодою зараз не можна відкрити вперше. Зачекайте на з’єднання або зателефонуйте до ROPS.
check-certificate = Сертифікат вузла
check-certificate-found = дійсний до {$at}
check-certificate-todo = Адміністратор: попросіть ROPS про нове запрошення, поки цей день не минув.
check-pages = Сертифікат сторінок
check-pages-todo = Адміністратор: wiez-node web cert; сторінки завантажать його самі.
check-disk = Місце на диску
check-disk-found = вільно {$mb} МБ
check-disk-todo = Адміністратор: звільніть місце; нижче межі приймання зупиниться і саме відновиться, коли місце з’явиться.
check-alarms = Тривоги
check-alarms-found =
    { $n ->
        [0] тривог немає
        [one] { $n } тривога
        [few] { $n } тривоги
        *[other] { $n } тривог
    }
check-alarms-todo = Хтось має їх переглянути: wiez-node alarms
check-substitutes = Заступники
check-substitutes-good = кожна особа, до якої надходять нові справи, має заступника
check-substitutes-found =
    { $n ->
        [one] { $n } особа без заступника: { $what }
        [few] { $n } особи без заступника: { $what }
        *[other] { $n } осіб без заступника: { $what }
    }
check-substitutes-todo = Керівник: призначте заступника, щоб нові справи не чекали під час відсутності.
check-declaration = Декларація доступності
check-declaration-found = останній перегляд: {$at}
check-declaration-todo = Адміністратор: до 31 березня перегляньте декларацію доступності та впишіть дату в конфігурацію, частина [web.declaration], ключ reviewed.
cases-moved =
    { $n ->
        [one] Передано { $n } справу.
        [few] Передано { $n } справи.
        *[other] Передано { $n } справ.
    }
receives-ORDINARY = нові звичайні справи
receives-SAFETY = нові справи безпеки
receives-BOTH = нові звичайні справи та справи безпеки
away = особа відсутня
