"""Recognise what a word beside a person's name says: a role, when they were there, another person."""

import re

# The words are in English, German and Welsh: the languages of the interface.
_RANK = (
    r"(?:acting|deputy|vice|co|interim|honorary|hon\.?|independent|lay|outgoing|incoming|meeting"
    r"|board|committee|(?:newly )?elected|new|stellv\.?|stellvertretende[rn]?|is)[ -]?"
)
_ROLE = (
    rf"(?:{_RANK})*(?:chair(?:man|woman|person|ing)?|chief executive|ceo|convener|convenor|secretary"
    r"|treasurer|clerk|(?:minute|note)[ -]?taker|minutes|minuting|notes|scribe|observer|observing"
    r"|guest|visitor|presenter|presenting|speaker|facilitator|moderator|host|member|president"
    r"|(?:non-?)?voting(?: member)?|co-?opted(?: member)?|co-?optee|substitute|deputy|proxy|adviser"
    r"|advisor|representative|rep|trustee|director|manager|officer|head|co-?ordinator|interpreter"
    r"|(?:[\w'’-]+ ){0,3}(?:officer|manager|worker|director|co-?ordinator|secretary|administrator"
    r"|assistant|teacher|headteacher|lead|governor|councillor|inspector|engineer|consultant)"
    r"|vicar|minister|chaplain|mayor|leader|nurse|doctor|gp|solicitor|accountant|auditor|journalist|sysadmin|webmaster"
    r"|ex[ -]officio|by invitation|invited|in the chair|taking (?:the )?(?:minutes|notes)|new|staff|public|resident|parent"
    r"|carer|volunteer|service user|student|freelance|retired"
    r"|vorsitz(?:ende[rn]?)?|protokoll(?:führer(?:in)?|ant(?:in)?)?|schriftführer(?:in)?|gast"
    r"|kassierer(?:in)?|cadeirydd|gadeirydd|ysgrifennydd|trysorydd|clerc|gwestai|sylwedydd)"
    r"(?: (?:of|for|to|designate|elect) ?.*)?|(?:for|on behalf of|deputising for|instead of) .+"
)
_TIME = (
    r"(?:about |approx\.? |around |c\.? ?)?(?:\d|noon|midday|lunch|agenda|item|the (?:break|start))"
)
_PRESENCE = (
    rf"(?:(?:there |present |here )?(?:until|till?|from|since|after|before|up to|bis|ab|tan|o) {_TIME}"
    r".*|(?:left|leaving|arrived|arriving|joined|joining)\b.*|late(?: by .*)?|in part|part(?: of .*| only)?"
    r"|(?:for )?(?:agenda )?items? \d.*|online|on line|remote(?:ly)?|virtual(?:ly)?|in person"
    r"|by (?:tele)?phone|by video.*|via .+|(?:by |on )?(?:zoom|teams)|dialled in.*)"
)
_ABSENCE = (
    r"(?:sent )?(?:apologies|apols?)\b.*|(?:was )?(?:absent|not present|not there|excused|away)\b.*"
    r"|did not attend|entschuldigt|abwesend|ymddiheuriadau"
)
_PRONOUNS = r"(?:she|he|they|hi|ef|nhw|sie|er)(?:/\w+){1,2}"
_OTHER_NAME = r"@[\w-]+|(?:née|nee|geb\.|formerly|aka|known as) .+|[\"“'‘]\S+[\"”'’]"
_POST_NOMINALS = (
    r"(?:[MOC]BE|BEM|KBE|DBE|JP|DL|[QK]C|MP|MSP|MS|MLA|PhD|Ph\.D\.?|DPhil|MD|BA|BSc|MA|MSc|RGN|RN"
    r"|FRC\w*|MRC\w*|Jr\.?|Sr\.?|Esq\.?)"
)
_HONORIFIC = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Revd|Fr|Sr|Sir|Dame|Lord|Lady|Cllr|Councillor|Cyng"
    r"|Herr|Frau)\.?"
)
_NAME_WORD = r"(?:[^\W\d_a-z][\w'’.-]*|de|del|der|van|von|al|ap|bin|ferch|ab)"
# Words of organisations, which no person has as a name.
_OF_ORGANISATIONS_TEXT = """
council trust centre center hub group groups service services team board partnership forum
association society charity church school college university hospital nhs uk police network
foundation club community support care carers housing health education department office committee
agency authority union project institute ltd limited cic plc voluntary action youth children
families family women disability borough county city town parish district ward advice alliance
collective company national federation fund mosque temple hospice library surgery practice clinic
academy nursery refuge aid mind scope line door house park road street court hall theatre museum
farm friends residents tenants kitchen bank radio press
"""
_OF_ORGANISATIONS = frozenset(_OF_ORGANISATIONS_TEXT.split())
# The most frequent given names, by which a person after a comma is recognised.
_GIVEN_NAMES_TEXT = """
aaron abdul abigail adam adrian agnes ahmed aisha alan albert alex alexander alexandra alfie ali
alice alison alun amanda amber amelia amina amir amy andrea andreas andrew angela angharad anita
ann anna anne annette annie anthony antony april arthur asha asif audrey barbara barry beatrice
becky ben benjamin bernard bernd beth bethan beverley bill billy birgit bob brenda brian bridget
bronwen bruce bryan carl carla carol caroline carolyn carys catherine cath cathy ceri chandra
charles charlie charlotte chloe chris christian christina christine christopher claire clare
claudia clive colin connor craig cy cynthia daisy dan daniel danny daphne darren dave david dawn
dean deb debbie deborah deepak denis denise dennis derek dev diana diane dilys dominic don donald
donna doreen doris dorothy doug douglas dylan eddie edith edward eileen elaine eleanor eleri elin
elizabeth ella ellen ellie elsie emily emma emyr eric erik erin eva eve evelyn farah fatima fay
faye fiona florence frances francis frank frankie fred freda gareth gary gavin gemma geoff
geoffrey george georgia gerald gerry gill gillian glenys gordon grace graham greg gwen gwyn hannah
hans harold harriet harry hassan hayley hazel heather heike helen helga henry hilary holly howard
hugh huw ian ibrahim imran ines ingrid iqbal irene iris isaac isabel isla ivor jack jackie jacob
jacqueline jade jake james jamie jan jane janet janice jasmine jason jay jayne jean jeff jeffrey
jennifer jenny jeremy jess jessica jill jim jo joan joanna joanne joe john jon jonathan jordan
joseph josh joshua joy joyce judith judy julia julian julie june jurgen karen karl kate katherine
kathleen kathryn kathy katie kay keith kelly ken kenneth kerry kevin khalid kim klaus kumar laura
lauren lawrence leah leanne lee leo leon leonard les lesley leslie lewis liam lily linda lisa liz
lloyd lorna lorraine louis louise lucy luke lynda lynn lynne mabel maggie malcolm manfred mandy
marc marcus margaret maria marian marie marilyn marion marjorie mark martha martin mary matt
matthew maureen max maxine meera megan mel melanie melissa meryl mia michael michelle mick mike
millie miriam mohamed mohammad mohammed moira molly monica monika muhammad muriel nadia nan nancy
naomi natalie natasha nathan neil nia niall nicholas nick nicky nicola nicole nigel nina noah noel
noor norma norman olive oliver olivia omar oscar owen pam pamela pat patricia patrick paul paula
pauline penny pete peter petra phil philip phoebe phyllis poppy priya rachel rahul raj ralph ray
raymond rebecca rhian rhiannon rhys richard rita rob robert robin roger ron ronald rosa rose
rosemary rosie ross roy ruby russell ruth ryan sabine saeed sally sam samantha samira samuel
sandra sanjay sara sarah scott sean sebastian sharon sheila shirley sian sid simon sion sofia
sonia sophia sophie stan stella stephanie stephen steve steven stuart sue susan susanne suzanne
sybil sylvia tara ted teresa terry thelma theresa thomas tim timothy tina toby tom tomos tony
tracey tracy trevor una ursula uwe valerie vera veronica vic victor victoria viv vivian vivienne
walter wayne wendy werner will william winifred wolfgang yasmin yusuf yvonne zahra zara zoe zoë
"""
_GIVEN_NAMES = frozenset(_GIVEN_NAMES_TEXT.split())


def is_role(text: str) -> bool:
    """Return whether a text is a role in a meeting, such as "vice-chair"."""
    return bool(re.fullmatch(_ROLE, text, re.IGNORECASE))


def is_presence(text: str) -> bool:
    """Return whether a text says when or how somebody was there: "until 3pm", "online"."""
    return bool(re.fullmatch(_PRESENCE, text, re.IGNORECASE))


def split_presence(text: str) -> tuple[str, str]:
    """Split 'Ann Bell from 7pm' into the name and when or how they were there ('' if not said)."""
    match = re.fullmatch(rf"(?P<name>\S.*?) (?P<presence>{_PRESENCE})", text)
    return (match["name"], match["presence"]) if match else (text, "")


def is_absence(text: str) -> bool:
    """Return whether a text says that somebody was not there."""
    return bool(re.fullmatch(_ABSENCE, text, re.IGNORECASE))


def belongs_to_name(text: str) -> bool:
    """Return whether a text is part of a name: letters after it (MBE), or pronouns."""
    if re.fullmatch(rf"{_POST_NOMINALS}(?:,? {_POST_NOMINALS})*|{_HONORIFIC}", text):
        return True
    return bool(re.fullmatch(rf"{_PRONOUNS}|{_OTHER_NAME}", text, re.IGNORECASE))


def is_person(text: str) -> bool:
    """Return whether a text is certainly a person's name: it has a title, an initial or a given name."""
    text = text.title() if text.islower() or text.isupper() else text
    words = text.split()
    if not is_name_shaped(text):
        return False
    if len(words) > 1 and re.fullmatch(_HONORIFIC, words[0]):
        return True
    if 2 <= len(words) <= 3 and re.fullmatch(r"[A-Z]\.?(?:[A-Z]\.?)?", words[0]):
        return bool(re.fullmatch(r"[A-Z][\w'’-]*[a-z][\w'’-]*", words[-1]))
    if len(words) == 2 and re.fullmatch(r"[A-Z]\.?", words[1]):
        return True
    return 2 <= len(words) <= 4 and is_given_name(words[0])


def is_name_shaped(text: str) -> bool:
    """Return whether a text consists of two to five words in capitals, of which none is an organisation's."""
    words = text.split()
    if not 2 <= len(words) <= 5 or has_organisation_word(text):
        return False
    shaped = all(re.fullmatch(_NAME_WORD, word) for word in words)
    return shaped and not any(len(word) > 2 and word.isupper() for word in words)


def is_given_name(word: str) -> bool:
    """Return whether a word is a frequent given name."""
    return word.casefold().partition("-")[0] in _GIVEN_NAMES


def has_organisation_word(text: str) -> bool:
    """Return whether a text has a word that is in names of organisations only."""
    words = {
        word.strip("'’.").removesuffix("'s").removesuffix("’s") for word in text.casefold().split()
    }
    return bool(words & _OF_ORGANISATIONS)


def is_given_part(text: str) -> bool:
    """Return whether a text can be what follows the surname in 'Hallam, Ruth'."""
    words = text.split()
    if len(words) == 1:
        return bool(re.fullmatch(r"[^\W\d_a-z](?:\.|[^\W\d_A-Z]*)", words[0])) and not (
            has_organisation_word(text)
        )
    if len(words) == 2 and re.fullmatch(_HONORIFIC, words[0]):
        return is_given_name(words[1])
    initials = all(re.fullmatch(r"[A-Z]\.?", word) for word in words[1:])
    return len(words) == 2 and initials and is_given_part(words[0])
