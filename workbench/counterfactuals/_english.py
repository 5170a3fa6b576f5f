"""English words by what they tell about the pronoun before or after them. Lists, no rules."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that can follow "her" only where it is an object ("told her that"), and "his" only where a noun is left out
# ("his is better"). Words that may also begin or be a noun ("will", "back", "home", "down") are in MISLEADING.
FOLLOWS_NO_NOUN = _set(
    "her his hers "
    "a an the this that these those my your our their its some any no every each i you he she it we they me him us "
    "them what which who whom whose where when why how whether if because although though while since unless until "
    "whereas as than to for at by from with without of in on into onto about against between during before after "
    "through among under behind beside beyond near toward towards upon within across along around over like despite "
    "except per via instead is was are were be been am has have had does did do could would should shall "
    "cannot isn wasn hasn there here again too either neither today tomorrow yesterday tonight anyway however"
)
OBJECT_PRONOUNS = _set("me you him her it us them")
INDEFINITE = _set(
    "nobody everybody anybody somebody everyone anyone someone nothing everything something anything police "
    "people rain snow work time money"
)
CONJUNCTIONS = _set("and or but nor")
POSSESSIVES = _set("my your his her our their its mine yours hers ours theirs")

# After these, the next word settles nothing: adverbs of time and place that are nouns or adjectives too, degree words,
# verbs that are nouns, adjectives that describe an object ("with her ill", "made her happy").
MISLEADING = _set(
    "next last first second third once twice only alone both all most more much less least best better worse worst "
    "right left back home inside outside upstairs downstairs indoors outdoors abroad overseas up down out off away "
    "forward forever well very quite rather almost nearly really pretty late later early earlier long fast hard "
    "straight close enough half then also ever never always often already soon still yet even just now so not daily "
    "weekly monthly yearly many few several one two three four five six seven eight nine ten will can may might "
    "must need dare let ill sick dead safe alive asleep awake afraid aware ready unable able absent present drunk "
    "unconscious gone done happy sad angry mad crazy proud sorry upset calm quiet free full empty warm cold wet dry "
    "clean clear careful goodbye goodnight good bad great hello sunday monday tuesday wednesday thursday friday "
    "saturday fall dance duck sing cry laugh run walk talk work play move sleep drive leave go come smile speak "
    "swim turn dream stand sit stop start try pass return rest ride jump drop break cut drink shout whisper call "
    "visit help look"
)
MISLEADING_ENDINGS = ("ing", "ed", "ly")

CLAUSE_OPENERS = _set(
    "because although though while since unless until whereas so if when where whether that as than whenever "
    "wherever once then which is was are were be been being become became isn wasn"
)
PREPOSITIONS = _set(
    "to for at by from with without of in on into onto about against between during before after through among "
    "under behind beside besides beyond near toward towards upon within across along around over above below like "
    "despite except per via outside inside off past round amid alongside beneath opposite"
)
COPULAS = _set("is was are were be been being become became isn wasn s")

# Verbs that take a person and something said, given or done ("made her cry", "sent her home"), in all their forms.
TWO_OBJECTS = _set(
    "make makes made making let lets letting have has had having get gets got getting help helps helped helping see "
    "sees saw seen seeing hear hears heard hearing watch watches watched watching feel feels felt notice notices "
    "noticed observe observed spot spotted catch catches caught find finds found keep keeps kept leave leaves left "
    "leaving give gives gave given giving lend lends lent lending send sends sent sending bring brings brought "
    "bringing tell tells told telling teach teaches taught teaching show shows showed shown showing offer offers "
    "offered pay pays paid paying cost costs ask asks asked asking buy buys bought buying cook cooks cooked bake "
    "bakes baked read reads reading write writes wrote call calls called calling name names named consider "
    "considers considered think thinks thought believe believed hand hands handed pass passes passed owe owes owed "
    "promise promises promised grant grants granted allow allowed deny denied wish wishes wished save saved spare "
    "spared earn earned win won order ordered sell sells sold feed feeds fed envy envied forgive forgave bid bade "
    "drive drives drove driven render rendered strike struck paint painted serve served want wants wanted need "
    "needs needed like likes liked prefer preferred love loved hate hated award awarded throw threw toss tossed "
    "guarantee guaranteed charge charged fine fined bet refuse refused play played sing sang listen listens "
    "listened listening look looks looked looking wait waits waited waiting kiss kissed drop dropped take took set "
    "sets turn turns turned label labelled labeled deem deemed declare declared appoint appointed elect elected "
    "crown crowned"
)
# Of these verbs, those after which a bare thing cannot be what the person is given or turned into ("saw her dog").
PERCEIVED_OR_HELD = _set(
    "see sees saw seen seeing watch watches watched watching hear hears heard notice notices noticed observe observed "
    "spot spotted keep keeps kept need needs needed like likes liked love loved hate hated want wants wanted"
)
# Things that are nothing but nouns wherever they stand in a sentence of this kind.
THINGS = _set(
    "dog cat horse bicycle bike car van house flat garden kitchen garage office desk chair table bed bag suitcase "
    "purse wallet coat hat scarf shoes boots gloves dress umbrella glasses teeth hair hands eyes shoulders fingers "
    "knees arms feet legs bicycles cars dogs cats keys key books letters diary notebook novel poem thesis essay "
    "homework phone laptop camera passport ticket tickets luggage medicine breakfast lunch dinner supper coffee tea "
    "soup sandwich cake bread piano violin guitar paintings photographs pictures door doors window windows bedroom "
    "bathroom workshop studio shop bakery farm company business career salary savings money rent mortgage loan "
    "debts insurance contract tools hammer ladder drill motorbike parents neighbours colleagues friends children "
    "grandparents apprentice students pupils customers patients clients opinion opinions idea ideas plan plans "
    "story stories secret decision mistake mistakes temper patience courage talent job"
)
ADJECTIVES = _set(
    "old new little small big large own young tiny huge red blue green black white brown grey yellow favourite"
)

DAYS_AND_MONTHS = _set(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays "
    "saturdays sundays january february march april may june july august september october november december "
    "christmas easter english latin europe africa asia america i"
)
PEOPLE = _set(
    "stranger caretaker neighbour neighbor friend colleague applicant candidate patient passenger customer client "
    "visitor guest student pupil boss manager director inspector officer secretary courier driver worker captain "
    "child toddler baby person doctor partner rival opponent witness victim suspect defendant tenant owner buyer "
    "seller player singer dancer writer poet artist author reader guard soldier thief burglar employer employee "
    "assistant clerk agent controller engineer warder leader teacher scientist politician minister president "
    "chairperson trainer trainee apprentice intern cousin parent sibling spouse teenager adult resident citizen "
    "immigrant refugee prisoner recruiter journalist critic fan guide technician paratrooper therapist priest monk "
    "nun pensioner infant kid twin orphan helper volunteer winner loser champion"
)
# The meaning hangs on the gender: animals, titles, figures, bodies. Matched as whole words, in any case.
MUST_NOT_SWAP = (
    r"queen (?:ants?|bees?)",
    r"lady (?:gaga|luck|bug\w*)",
    r"(?:virgin|saint|st\.?|king|queen|prince|princess|pope|lady|lord) [A-Z]\w+",
    r"(?:mother|father) (?:nature|christmas|earth|time|tongue|figure)",
    r"(?:his|her) (?:majesty|highness|royal highness|holiness|honour|honor|excellency|ladyship|lordship|grace)",
    r"pregnan\w+|menstrua\w+|menopaus\w+|breast-?fe\w+|miscarr\w+|prostate|testic\w+|uterus|ovar\w+|beard\w*|moustaches?",
)
