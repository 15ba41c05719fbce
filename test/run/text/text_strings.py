"""Five thousand strings to tokenize, the same on every machine and Python.

Every string mixes pieces of a few kinds: sentences of many scripts, random
letters of blocks of Unicode, emoji, digits, control characters, spaces, code,
special tokens spelled out, and code points from anywhere."""

COUNT = 5000

SENTENCES = """The quick brown fox can't jump; it'll wait, they've said, because I'm late and you'd know.
Ça n'empêche pas l'été d'être là où naïveté rime avec œuvre.
Größenwahn überfällt Äpfel, süße Öfen und die Straßenbahn.
El niño pequeño comió piñas en Córdoba, ¿verdad? ¡Sí!
Zażółć gęślą jaźń, a potem pójdź, kińże tę chmurność.
Příliš žluťoučký kůň úpěl ďábelské ódy.
İstanbul'da çığlık atan ağaçlar, şüphesiz göründü.
Tiếng Việt có nhiều dấu: ngữ điệu, thưởng thức, khuỷu tay.
Η γρήγορη καφέ αλεπού πηδάει πάνω από τον τεμπέλη σκύλο.
Съешь же ещё этих мягких французских булок, да выпей чаю.
Їжак п'є м'який чай у під'їзді.
Բոլոր մարդիկ ծնվում են ազատ ու հավասար։
כל בני האדם נולדו בני חורין ושווים בערכם.
بِسْمِ اللَّهِ يولد جميع الناس أحرارا متساوين في الكرامة.
تمام انسان آزاد به دنیا می‌آیند ۱۲۳۴.
सभी मनुष्यों को गौरव और अधिकारों के मामले में १२३ स्वतन्त्रता।
সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা নিয়ে জন্মগ্রহণ করে।
ਸਾਰੇ ਮਨੁੱਖ ਅਜ਼ਾਦ ਪੈਦਾ ਹੋਏ ਹਨ।
மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்.
ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులు.
ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಜನಿಸಿದ್ದಾರೆ.
മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടെ ജനിച്ചവരാണ്.
සියලු මනුෂ්‍යයෝ නිදහස්ව උපත ලබා ඇත.
มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกัน ๔๕๖
ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ
འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས།
လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် မွေးဖွားလာသူများ ဖြစ်သည်။
ყველა ადამიანი იბადება თავისუფალი და თანასწორი.
የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።
ᎤᏍᏗ ᎦᏅᏙᏗ ᏂᎦᏓ ᎠᏂᏴᏫ ᎨᏥᎾᏄᎪᏫᏍᎸᎢ
មនុស្សទាំងអស់កើតមកមានសេរីភាព
Хүн бүр төрж мэндлэхэд эрх чөлөөтэй. ᠬᠦᠮᠦᠨ ᠪᠦᠷ
すべての人間は、生まれながらにして自由であり、カタカナも１２３も。
모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.
人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心。
人人生而自由,在尊严和权利上一律平等.
ꯃꯤ ꯈꯨꯗꯤꯡꯃꯛ ߡߐ߱ ߓߍ߯ ߟߊߓߊߣߍ߫ ⴰⵎⴰⵣⵉⵖ
for (int i = 0; i < 1024; ++i) {\n\tx[i] = y[i] * 3.14159e-10f;  // scale\n}
def f(self, *args, **kw):\n        return {k: v for k, v in kw.items() if k != "it's"}
<html><body class='a'>&nbsp;&#8364; 100% $5,000.00 #1 @x ~/.bashrc C:\\\\Users\\\\me</body></html>
SELECT * FROM "tab" WHERE a >= 10 AND b LIKE '%x''s%' -- comment
'S 'T 'RE ''ll ''s 'd'm're've I'M can’t don‘t ’s""".replace("\\n", "\n").replace("\\t", "\t").split("\n")

BLOCKS = [(0x21, 0x7E), (0xA1, 0xFF), (0x100, 0x24F), (0x250, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
          (0x531, 0x58A), (0x591, 0x5F4), (0x600, 0x6FF), (0x700, 0x74F), (0x780, 0x7B1), (0x7C0, 0x7FA),
          (0x900, 0x97F), (0x980, 0x9FE), (0xA01, 0xA76), (0xA81, 0xAFF), (0xB01, 0xB77), (0xB82, 0xBFA),
          (0xC00, 0xC7F), (0xC80, 0xCF3), (0xD00, 0xD7F), (0xD81, 0xDF4), (0xE01, 0xE5B), (0xE81, 0xEDF),
          (0xF00, 0xFDA), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F),
          (0x13A0, 0x13FD), (0x1780, 0x17F9), (0x1800, 0x18AA), (0x1E00, 0x1FFE), (0x2000, 0x206F),
          (0x2070, 0x20C0), (0x2100, 0x218B), (0x2190, 0x23FF), (0x2460, 0x24FF), (0x2500, 0x27BF),
          (0x2C60, 0x2D7F), (0x3000, 0x30FF), (0x3200, 0x33FF), (0x4E00, 0x9FFF), (0xA000, 0xA48C),
          (0xA640, 0xA7DC), (0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xF900, 0xFAD9), (0xFB00, 0xFDFF),
          (0xFE00, 0xFEFF), (0xFF01, 0xFFEE), (0xFFF0, 0xFFFF), (0x10000, 0x107FF), (0x10800, 0x10FFF),
          (0x11000, 0x11FFF), (0x12000, 0x12FFF), (0x13000, 0x1342F), (0x16A00, 0x16FFF), (0x1D100, 0x1D7FF),
          (0x1E000, 0x1E95F), (0x1EE00, 0x1EEFF), (0x1F000, 0x1F0FF), (0x1F100, 0x1F2FF), (0x20000, 0x2A6DF),
          (0x30000, 0x323AF), (0xE0000, 0xE01EF), (0x100000, 0x10FFFD)]

EMOJI = ("😀 😂 🥲 ❤️ 👍🏽 👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇫🇷 🇯🇵 🧑🏿‍🚀 ☕ ✨ 🐍 🎉🎉🎉 1️⃣ #️⃣ 🫠 🫨 "
         "☺ ⚡️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿").split(" ")
SPACES = [" ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\u200b", "\x0b", "\x0c",
          "\x85", "\u1680", "\u202f", "\ufeff"]
CONTROLS = [chr(c) for c in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200D, 0x200E, 0x202E, 0x2066, 0xFFFC)]
SPECIAL = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|>user\n", "<|im_end", "<|im_start|",
           "<<|im_end|>>", "<file_sep>", "<jupyter_code>", "<repo_name>", "<reponame>", "<gh_stars>", "<issue_"]
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩०१२३४५๐๑๒０１２３𝟘𝟙𝟚½⅓Ⅷⅻ²³①②一二㊿"


class Numbers:
    """PCG32, written out so that no library's version changes the strings."""

    def __init__(self, seed):
        self.state = (seed + 1442695040888963407) & (1 << 64) - 1
        self.next()

    def next(self):
        old = self.state
        self.state = (old * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        shifted = ((old >> 18 ^ old) >> 27) & 0xFFFFFFFF
        turn = old >> 59
        return (shifted >> turn | shifted << (32 - turn)) & 0xFFFFFFFF

    def below(self, bound):
        return (self.next() << 32 | self.next()) % bound

    def pick(self, items):
        return items[self.below(len(items))]


def words(numbers):
    sentence = numbers.pick(SENTENCES)
    start = numbers.below(len(sentence))
    return sentence[start:start + 1 + numbers.below(60)]


def letters(numbers):
    first, last = numbers.pick(BLOCKS)
    return "".join(chr(first + numbers.below(last - first + 1)) for _ in range(1 + numbers.below(12)))


def anywhere(numbers):
    points = (numbers.below(0x110000) for _ in range(1 + numbers.below(6)))
    return "".join(chr(c) for c in points if not 0xD800 <= c < 0xE000)


def spaces(numbers):
    if numbers.below(2):
        return numbers.pick(SPACES) * (1 + numbers.below(numbers.pick([2, 8, 300])))
    return "".join(numbers.pick(SPACES) for _ in range(1 + numbers.below(8)))


def digits(numbers):
    return "".join(numbers.pick(DIGITS[:10] if numbers.below(2) else DIGITS) for _ in range(1 + numbers.below(9)))


def signs(numbers):
    return "".join(numbers.pick("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~—–…«»„“”¿") for _ in range(1 + numbers.below(6)))


PIECES = [words] * 6 + [letters] * 3 + [digits, signs, spaces] * 2 + [
    anywhere,
    lambda numbers: " ",
    lambda numbers: numbers.pick(EMOJI),
    lambda numbers: numbers.pick(CONTROLS),
    lambda numbers: numbers.pick(SPECIAL),
    lambda numbers: numbers.pick("aeńß文🙂 ") * (1 + numbers.below(numbers.pick([4, 60]))),
]


def strings():
    numbers = Numbers(20261124)
    fixed = ["", " ", "\n", "a", *SENTENCES, *EMOJI, *CONTROLS, *SPECIAL]
    while len(fixed) < COUNT:
        fixed.append("".join(numbers.pick(PIECES)(numbers) for _ in range(1 + numbers.below(8))))
    return fixed
