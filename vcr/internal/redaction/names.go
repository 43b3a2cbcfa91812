package redaction

import "strings"

// What happens to a value because of its name. The last word of the name decides, and
// the word before it: X-My-Token has the words x, my and token. The rule for "token"
// after any other word says: secret in a header, secret in a query, and in a body only
// if the value is drawn at random. [Redactor.Explain] tells the same for any name.
//
//	secret   the value is replaced
//	ifDrawn  it is replaced if it is drawn at random (see drawn.go), or known as a secret
//	kept     it stays, unless it is known as a secret or has the format of a key
//
// The columns are places: headers; the query of a URL, forms, and multipart fields;
// bodies (JSON, XML, configuration, answers of token services). What a model or a
// person said is no place for names, see fields.go. Variables of the environment go by
// the first column. The names in Rules come before all of this.
//
// The first rule that fits decides. A dash stands for no word before it, a star for any
// or none. A name whose last word is in no rule keeps its value.
const ruleBook = `
last words             | after the word                        | header  | query   | body

password passwd passphrase passcode secret
                       | *                                     | secret  | secret  | secret

token                  | next prev previous page pagination continuation sync cursor start progress
                         idempotency max total input output prompt completion cached text audio
                         bos eos pad unk mask sep cls stop first last per scroll resume board
                                                               | kept    | kept    | kept
token                  | access auth authorization authentication api bearer refresh id session csrf
                         xsrf user app client bot device vault reset oauth security sas clone
                         personal private secret service login admin root deploy
                                                               | secret  | secret  | secret
token                  | -                                     | secret  | ifDrawn | ifDrawn
token                  | *                                     | secret  | secret  | ifDrawn

key                    | public publishable idempotency cache sort partition primary foreign surrogate
                         websocket item object image row routing rate kms ssh lock analysis
                         file content trace dedup
                                                               | kept    | kept    | kept
key                    | api access secret private account app application admin master signing
                         encryption client license subscription functions shared write query user
                         tls ssl root stream portkey rapidapi
                                                               | secret  | secret  | secret
key                    | -                                     | ifDrawn | ifDrawn | kept
key                    | *                                     | ifDrawn | ifDrawn | ifDrawn

auth authorization     | factor                                | kept    | kept    | kept
auth authorization     | *                                     | secret  | ifDrawn | ifDrawn
credential             | *                                     | secret  | secret  | ifDrawn
credentials            | *                                     | secret  | ifDrawn | ifDrawn
jwt bearer saml pat    | *                                     | secret  | secret  | ifDrawn
cookie ticket          | *                                     | secret  | ifDrawn | ifDrawn

signature sig          | api                                   | secret  | secret  | kept
signature sig          | *                                     | ifDrawn | ifDrawn | kept
sign hmac mac          | api                                   | secret  | kept    | kept
sign hmac mac          | *                                     | ifDrawn | kept    | kept

session                | *                                     | ifDrawn | ifDrawn | kept
id                     | session                               | ifDrawn | ifDrawn | kept
sid                    | -                                     | ifDrawn | ifDrawn | kept

pwd pw pass            | root db database user admin smtp mysql postgres redis
                                                               | secret  | secret  | secret
pwd pw pass            | *                                     | secret  | secret  | ifDrawn

code                   | auth authorization verification recovery backup registration validation
                         device otp                            | secret  | secret  | secret
otp totp pin cvc cvv   | *                                     | kept    | secret  | kept
assertion              | client                                | secret  | secret  | secret
assertion              | *                                     | kept    | ifDrawn | kept
verifier               | code oauth                            | secret  | secret  | secret
response               | saml                                  | secret  | secret  | secret
`

// In the query of a URL and in forms, code and state are also secret if they are drawn
// and one of these is beside them: then they are of OAuth. So is a drawn code in a Location,
// at the path of a login (see isLoginPath), and in JSON beside a grant_type, redirect_uri,
// client_id or code_verifier. At Azure Functions, code is a key.
var oauthNames = newNameSet(strings.Fields("redirect_uri grant_type client_id code state"))

// aboutWords end the names of what is only about a secret, such as token_type. Their
// values stay. So do the strings of such names in an object that is secret as a whole.
var aboutWords = wordSet(`
	id ids name type kind length size count limit usage url uri path file hash fingerprint hint last prefix version
	algorithm alg method mode format status expires expiry expiration in at created updated date time ttl enabled required scope
	scopes policy details scanning header field email user username host region rate remaining reset provider vault index
	description title label object model
`)

// switchWords begin the names of switches and counts, such as require_new_password.
var switchWords = wordSet("enable include is has require use allow can num show force")

// valueWords may follow the last word of a name. They are dropped: password_confirmation,
// and v of X-Token-V2.
var valueWords = wordSet("v value data string text raw encoded binary confirmation again new old")

// Whole names come before the rules by words.
var (
	// No word tells that these headers are secret, or name the account of somebody.
	secretHeaders = wordSet(`
		x-honeycomb-team x-jfrog-art-api x-jvi-api x-jvi-sc x-wsse
		openai-organization openai-project anthropic-organization-id anthropic-workspace-id x-goog-user-project x-guploader-uploadid
	`)
	// These say how to get in, and are needed for it. See challengeEdits.
	keptHeaders = wordSet("www-authenticate proxy-authenticate sec-websocket-key sec-websocket-accept")

	// The parameters of signed URLs. The policy, the dates, the expiry and the key's id
	// stay; other signatures and tokens fall under the words.
	secretParameters = wordSet("upload_id x-amz-signature x-amz-credential x-goog-signature x-goog-credential x-oss-signature x-oss-credential q-signature")

	secretFields = wordSet("samlresponse")
	keptFields   = wordSet("clientrequesttoken")
)

// wordsOf cuts a name into words in lower case: at everything but letters and digits,
// and at changes of case as in apiKey and APIKey. Digits are dropped. Then it cuts words
// that are run together, because HTTP/2 has only lower case: apitoken is api and token.
func wordsOf(name string) []string {
	var words []string
	start := 0
	cut := func(end int) {
		if word := lettersOf(name[start:end]); word != "" {
			words = append(words, runTogether(word)...)
		}
		start = end
	}
	for n := range len(name) {
		switch c := name[n]; {
		case !isAlphanumeric(c):
			cut(n)
		case isUpper(c) && n > start && (isLower(name[n-1]) || isDigit(name[n-1]) || n+1 < len(name) && isUpper(name[n-1]) && isLower(name[n+1])):
			cut(n)
		}
	}
	cut(len(name))
	if len(words) > 1 && words[0] == "x" {
		words = words[1:]
	}
	return words
}

// runTogether cuts a word where a head ends it. The short heads are the ends of many
// other words, such as monkey and bypass: what is before them must consist of words
// that are known before a head.
func runTogether(word string) []string {
	if rest, ok := strings.CutSuffix(word, "apikey"); ok && rest != "" {
		return append(qualifiersAtEnd(rest), "api", "key")
	}
	for _, head := range [...]string{"token", "secret", "password", "passwd", "passphrase", "credentials", "credential", "signature", "cookie"} {
		if rest, ok := strings.CutSuffix(word, head); ok && rest != "" {
			return append(qualifiersAtEnd(rest), head)
		}
	}
	for _, head := range [...]string{"key", "id", "code", "auth", "pass", "pwd"} {
		if rest, ok := strings.CutSuffix(word, head); ok {
			if before := onlyQualifiers(rest); before != nil {
				return append(before, head)
			}
		}
	}
	if singular, ok := strings.CutSuffix(word, "s"); ok && len(singular) > 3 {
		if words := runTogether(singular); len(words) > 1 {
			return append(words[:len(words)-1], words[len(words)-1]+"s")
		}
	}
	return []string{word}
}

// qualifiersAtEnd cuts the known words off the end of a word: nextpage is next and page.
func qualifiersAtEnd(word string) []string {
	if known := onlyQualifiers(word); known != nil {
		return known
	}
	for start := 1; start+3 <= len(word); start++ {
		if qualifiers[word[start:]] {
			return []string{word[:start], word[start:]}
		}
	}
	return []string{word}
}

// onlyQualifiers cuts a word that consists of known words only. For another, it returns
// nil.
func onlyQualifiers(word string) []string {
	for end := len(word); end > 0; end-- {
		if !qualifiers[word[:end]] {
			continue
		}
		if end == len(word) {
			return []string{word}
		}
		if rest := onlyQualifiers(word[end:]); rest != nil {
			return append([]string{word[:end]}, rest...)
		}
	}
	return nil
}

func lettersOf(word string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z':
			return c
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A'
		}
		return -1
	}, word)
}

// A rule says what a last word means after some words.
type rule struct {
	after               string // the words before it
	header, query, body verdict
}

const (
	anything = "*"
	nothing  = "-"
)

// A ruling is what the rules say of a name, and why.
type ruling struct {
	verdict verdict
	list    string // "" if words decided
	head    string // the word that decided
	after   string // the word before it
	plural  bool   // the name is that of several values
}

// judge applies the rules to a name. It is slow; see names.verdict.
func judge(in place, name string) ruling {
	lowered := lower(name)
	switch {
	case in == inHeader && secretHeaders[lowered], (in == inQuery || in == inForm) && secretParameters[lowered], in != inHeader && secretFields[lowered]:
		return ruling{verdict: secret, list: "the list of secret names"}
	case in == inHeader && keptHeaders[lowered], in == inHeader && strings.HasPrefix(lowered, "access-control-"), keptFields[lowered]:
		return ruling{list: "the list of names that stay"}
	}
	if strings.Contains(lowered, PlaceholderPrefix) {
		return ruling{} // a value in the place of a name
	}
	words := wordsOf(name)
	for len(words) > 1 && valueWords[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return ruling{}
	}
	decided := ruling{head: words[len(words)-1]}
	if len(words) > 1 {
		decided.after = words[len(words)-2]
		if switchWords[words[0]] {
			return ruling{list: "the list of first words of switches", head: words[0]}
		}
	}
	if singular, ok := strings.CutSuffix(decided.head, "s"); ok && rulesByHead[singular] != nil && rulesByHead[decided.head] == nil {
		decided.head, decided.plural = singular, true
	}
	for _, rule := range rulesByHead[decided.head] {
		if rule.after == anything || rule.after == nothing && decided.after == "" || qualifiersOf[rule.after][decided.after] {
			decided.verdict = [...]verdict{inHeader: rule.header, inQuery: rule.query, inForm: rule.query, inBody: rule.body, inVariable: rule.header}[in]
			return decided
		}
	}
	return decided
}

// The rules as they are looked up.
var (
	rulesByHead  = map[string][]rule{}          // by the last word
	qualifiersOf = map[string]map[string]bool{} // by the column "after the word"
	// qualifiers are the words that may be before a head.
	qualifiers = wordSet("amz aws azure github gitlab google openai anthropic slack stripe token password my server web db database")
)

func init() {
	verdicts := map[string]verdict{"kept": kept, "ifDrawn": ifDrawn, "secret": secret}
	columns := strings.Split(ruleBook, "|")[4:] // without the titles
	columns[0] = strings.TrimPrefix(columns[0], " body\n")
	for n := 0; n+4 < len(columns); n += 4 {
		after := strings.Join(strings.Fields(columns[n+1]), " ")
		last, next, _ := strings.Cut(strings.TrimLeft(columns[n+4], " "), "\n")
		r := rule{after, verdicts[strings.TrimSpace(columns[n+2])], verdicts[strings.TrimSpace(columns[n+3])], verdicts[last]}
		qualifiersOf[after] = wordSet(after)
		for word := range qualifiersOf[after] {
			if word != anything && word != nothing {
				qualifiers[word] = true
			}
		}
		for head := range wordSet(columns[n]) {
			rulesByHead[head] = append(rulesByHead[head], r)
		}
		columns[n+4] = next
	}
	defaultNames.prepare()
}
