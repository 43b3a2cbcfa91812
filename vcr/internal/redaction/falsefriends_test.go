package redaction_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// False friends are names and values that look like secrets, and must stay. In a value,
// <hex40> is so many hexadecimal digits, <a24> letters and digits, <s40> also - and _,
// <b64> base64 of so many bytes, and <uuid> a UUID: drawn, so that only the name or the
// place keeps it.

// Each line is a name and its value.
const friendsInHeaders = `
Content-Type: application/json; charset=utf-8
User-Agent: OpenAI/Go 1.12.0
Accept-Language: en-US,en;q=0.9
X-Request-Id: req_<hex32>
X-Request-Id: <uuid>
X-Correlation-Id: <uuid>
Traceparent: 00-<hex32>-<hex16>-01
Cf-Ray: <hex16>-FRA
X-Amz-Cf-Id: <s56>==
X-Amzn-Requestid: <uuid>
X-Amz-Id-2: <b64>
X-Github-Request-Id: C0DE:<hex6>:<hex8>:<hex8>
Etag: "<hex32>"
Etag: W/"<hex40>"
If-None-Match: "<hex40>"
Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT
Digest: SHA-256=<b64>
Content-Md5: <b64>
Docker-Content-Digest: sha256:<hex64>
X-Checksum-Sha256: <hex64>
X-Content-Hash: <hex64>
Strict-Transport-Security: max-age=31536000; includeSubDomains
Content-Security-Policy: default-src 'none'; script-src 'nonce-abc'
Access-Control-Allow-Headers: Authorization, X-Api-Key, X-Auth-Token
Access-Control-Expose-Headers: X-Access-Token
Access-Control-Allow-Credentials: true
Vary: Authorization, Cookie
Sec-Websocket-Key: <b16>
Sec-Websocket-Accept: <b20>
Sec-Websocket-Version: 13
Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"
Www-Authenticate: Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
Www-Authenticate: Bearer error="invalid_token", error_description="The access token expired"
Www-Authenticate: Basic realm="Restricted area"
Www-Authenticate: Negotiate
Www-Authenticate: DPoP algs="ES256 RS256"
Www-Authenticate: AWS4-HMAC-SHA256 realm="us-east-1"
Proxy-Authenticate: Basic realm="proxy"
Authentication-Info: nextnonce="abc"
X-Ratelimit-Limit-Tokens: 200000
X-Ratelimit-Remaining-Tokens: 199985
X-Ratelimit-Reset-Tokens: 4ms
X-Ratelimit-Limit-Requests: 10000
Anthropic-Ratelimit-Tokens-Remaining: 40000
Anthropic-Ratelimit-Input-Tokens-Reset: 2026-01-01T00:00:01Z
X-Ratelimit-Key: 10.0.0.0/8
Retry-After: 20
Idempotency-Key: <uuid>
X-Idempotency-Key: stainless-go-retry-<uuid>
Surrogate-Key: model/gpt-5.4 <hex16>
X-Cache-Key: /v1/models?<hex32>
X-Routing-Key: orders.created
X-Partition-Key: customer-<uuid>
X-Public-Key: <b32>
X-Ssh-Key-Fingerprint: SHA256:<s43>
X-Key-Id: <a20>
X-Kms-Key-Id: <uuid>
X-Token-Type: Bearer
X-Token-Expires-In: 3600
X-Secret-Version: <uuid>
X-Password-Policy: strong
X-Auth-Method: api_key
X-Auth-Provider: github
X-Session-State: <uuid>
X-Next-Page-Token: <s40>
X-Continuation-Token: <s60>
X-Sync-Token: <s40>
X-Cursor: <s40>
X-Plan: Basic monthly
X-Policy: Token bucket of 10 per second
X-Tokenizer: cl100k_base
X-Author: Ada Lovelace
X-Authority: example.com
X-Compass: north
X-Keyboard: qwerty
X-Secretary: Ms. Keys
X-Signature-Algorithm: ed25519
X-Key: customers/alice
X-Key: photos/2026/01/sunset.jpg
X-Sort-Key: created_at
Openai-Version: 2020-10-01
Openai-Model: gpt-4o-mini-2024-07-18
X-Model-Id: anthropic.claude-sonnet-4-20250514-v1:0
X-Amzn-Trace-Id: Root=1-<hex8>-<hex24>
X-Stainless-Runtime-Version: go1.24.0
X-Cloud-Trace-Context: <hex32>/<d19>;o=1
X-Commit: <hex40>
X-Docker-Registry-Version: 3.0.0-<hex8>
Server-Timing: total;dur=123.4
Link: <https://api.example.com/items?page_token=<s40>&limit=5>; rel="next"
Location: /v1/jobs/<uuid>?page=2
Location: /login?next=%2Fhome
Content-Location: /objects/<hex40>
Content-Disposition: attachment; filename="private_key_howto.pdf"
X-Upload-Content-Length: 1048576
`

const friendsInQueries = `
page_token=<s40>
pageToken=<s80>
next_page_token=<s40>
next_token=<b48>
NextToken=<b96>
continuation-token=<b64>
ContinuationToken=<b48>
sync_token=<s30>
syncToken=<s30>
start_token=<a20>
resume_token=<a30>
scroll_token=<s90>
cursor=<b30>
after=<a24>
before=<a24>
marker=<hex40>
starting_after=cus_<a14>
max_tokens=100
token_type=access_token
token_type_hint=refresh_token
token=page-2-of-the-list
token=2
token=next
token=0x<hex40>
token=ETH
key=customers/alice
key=customers/robert
key=never.recorded
key=name
key=users:1234:profile
key=photos/2026/01/sunset.jpg
key=config.yaml
key=PROJ-1234
key=C-major
sort_key=created_at
partition_key=customer-42
cache_key=<hex32>
public_key=<b32>
key_id=<a20>
ssh_key_id=123456
idempotency_key=<uuid>
kms_key=projects/p/locations/l/keyRings/r/cryptoKeys/k
keyboard=qwertz
monkey=capuchin
author=ada
authority=example.com
code=US
code=404
code=EUR
code=print%28%22hello%22%29
state=open
state=closed
state=CA
status=active
session_state=active
session=morning
session=2026-01-01
sid=42
id=<uuid>
id=<hex24>
ref=<hex40>
sha=<hex40>
commit=<hex40>
etag=<hex32>
trace_id=<hex32>
q=how+do+I+reset+my+password
q=token
search=api+key+rotation
fields=id,name,secret_name,token_type
include=password_policy
sig_alg=ES256
signature_version=4
X-Amz-Date=20260101T000000Z
X-Amz-Expires=900
X-Amz-Algorithm=AWS4-HMAC-SHA256
X-Amz-SignedHeaders=host
sv=2024-11-04
se=2026-01-01T00%3A00%3A00Z
sp=racwdl
skoid=<uuid>
GoogleAccessId=me%40p.iam.gserviceaccount.com
Expires=1767225600
nonce=1
redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback
scope=openid+profile
response_type=code
code_challenge=<s43>
code_challenge_method=S256
client_id=<a20>
grant_type=client_credentials
assertion=the+sky+is+blue
auth=none
api-version=2024-10-21
alt=sse
prettyPrint=false
model=gpt-4o-mini
`

// The value is a string in JSON.
const friendsInBodies = `
id: chatcmpl-<a29>
id: msg_01<a22>
id: toolu_01<a22>
id: call_<a24>
id: resp_<hex48>
id: run_<a24>
id: file-<a24>
id: cus_<a14>
id: pi_<a24>
id: price_<a24>
id: <uuid>
object: chat.completion
model: gpt-4o-mini-2024-07-18
model: claude-sonnet-4-20250514
model: gemini-2.5-flash-preview-05-20
model: anthropic.claude-3-5-sonnet-20241022-v2:0
model: mistralai/Mixtral-8x7B-Instruct-v0.1
model: meta-llama/Llama-3.3-70B-Instruct
model: text-embedding-3-large
model: deepseek-r1-distill-qwen-32b
system_fingerprint: fp_<hex10>
responseId: <s22>
thoughtSignature: <b600>
signature: <b300>
encrypted_content: <b900>
reasoning_encrypted: <s400>
redacted_thinking: <b300>
cursor: <b40>
next_cursor: <s40>
nextPageToken: <s80>
next_page_token: <s40>
NextToken: <b96>
NextContinuationToken: <b48>
continuationToken: <b48>
paginationToken: <b48>
syncToken: <s30>
progressToken: <uuid>
scroll_id: <b90>
resumeToken: <hex66>
bos_token: <a8>
eos_token: endoftext
pad_token: PAD
unk_token: unk
mask_token: MASK
stop_token: END
token: the word
token: Hello
token: 42
token: ETH
token_type: Bearer
token_id: <uuid>
token_endpoint: https://auth.example.com/oauth2/token
token_url: https://auth.example.com/oauth2/token
access_token_expires_at: 2026-01-01T00:00:00Z
refresh_token_expires_in: 3600
max_tokens: 100
tokens_used: 123
cached_tokens: 5
tokenizer: cl100k_base
key: customers/alice
key: <a32>
key: photos/2026/01/sunset.jpg
key: PROJ-1234
public_key: ssh-ed25519 AAAAC3Nz<b60> me@example.com
publicKey: <b91>
ssh_key: ssh-rsa AAAAB3Nz<b200>
key_id: <a20>
keyId: <a20>
kid: <s43>
key_name: my-laptop
key_fingerprint: SHA256:<s43>
primary_key: id
foreign_key: customer_id
partition_key: <uuid>
sort_key: 2026-01-01#<a20>
cache_key: <hex64>
prompt_cache_key: <a24>
idempotency_key: <uuid>
routing_key: orders.created
object_key: uploads/<uuid>
s3_key: uploads/2026/a.csv
hotkey: ctrl+shift+p
keyboard: qwertz
monkey: capuchin
turkey: wild
passenger: Ada
bypass: never
compass: north
author: ada
authority: example.com
auth: none
auth_type: oauth2
auth_uri: https://accounts.google.com/o/oauth2/auth
auth_provider_x509_cert_url: https://www.googleapis.com/oauth2/v1/certs
authentication: required
authorization_endpoint: https://auth.example.com/authorize
two_factor_auth: enabled
require_new_password: yes
has_password: no
password_policy: strong
password_hint: the name of my dog
password_updated_at: 2026-01-01
password: string
password: text
private_key: null
private_key_id: <hex40>
secret: EXAMPLE-KEY
secret_name: prod/db
secret_id: <uuid>
secret_arn: arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-<a6>
secret_version: <uuid>
secret_scanning: enabled
secretary: Ms. Keys
client_id: <a20>.apps.googleusercontent.com
client_email: me@p.iam.gserviceaccount.com
credentials_path: /home/me/.aws/credentials
credential_type: oauth2
cookie_policy: strict
session: morning
session_id: 42
session_state: active
code: US
code: invalid_api_key
code: rate_limit_exceeded
code: print("hello")
state: open
user_code: WDJB-MJHT
verification_uri: https://example.com/device
assertion: The sky is blue
claim: <a32>
pin: Lisbon
sig: loud
signature_algorithm: ed25519
design: modern
insight: none
sha: <hex40>
sha256: <hex64>
commit: <hex40>
tree_sha: <hex40>
integrity: sha512-<b64>
digest: sha256:<hex64>
etag: "<hex32>"
md5: <hex32>
hash: <a40>
address: 0x<hex40>
tx: 0x<hex64>
trace_id: <hex32>
span_id: <hex16>
request_id: req_<hex32>
uuid: <uuid>
version: 3.0.0-<hex8>
date: 20260101T000000Z
image: data:image/png;base64,<b900>
b64_json: <b900>
embedding: <b900>
url: https://example.com/a/<uuid>?page=2
url: https://example.com/objects/<hex40>#L10-L20
href: https://github.com/a/b/commit/<hex40>
avatar: https://www.gravatar.com/avatar/<hex32>?s=80
file: /var/lib/x/<hex32>.json
message: You exceeded your current quota, please check your plan
message: Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys
description: Set OPENAI_API_KEY, or pass --api-key
description: A key begins with sk- or AIza or ghp_ or xoxb-
description: disk-0123456789abcdef0123 and task-force-2024-11-22-1234567890
description: Authorization: Bearer <token>
description: curl -H 'Authorization: Bearer $TOKEN' https://h
description: curl -u user:password https://h
description: postgres://user:password@localhost/db
description: https://${USER}:${PASSWORD}@h/
description: API_KEY=your-key-here
description: export TOKEN=$(cat token.txt)
description: AKIAIOSFODNN7EXAMPLE
description: [redacted:authorization]
license: Apache-2.0
timezone: Europe/Lisbon
phone: +351 123 456 789
iban: PT50 0002 0123 1234 5678 9015 4
isbn: 978-3-16-148410-0
mac: 00:1B:44:11:3A:B7
ip: 2001:db8::ff00:42:8329
arn: arn:aws:iam::123456789012:role/deploy
instance: i-<hex17>
zone: us-central1-a
`

// What a model or a person said: any name, any value that is no key of a known format.
const friendsInContent = `
password: mellon
password: correct horse battery staple
password: <a20>
passwd: <a20>
passphrase: speak friend and enter
secret: the ring is in the shire
secret: <a32>
client_secret: <a32>
token: <a32>
token: Hello
access_token: <s43>
refresh_token: <s43>
id_token: 42
api_key: <a32>
apiKey: <a32>
api_key: my own one
private_key: under the mat
key: <a24>
key: C minor
assertion: The sky is blue
assertion: <a40>
credential: <a30>
credentials: <a30>
authorization: granted
auth: <a30>
session: <a30>
cookie: chocolate
cookie: <a30>
signature: <b60>
code: <a30>
otp: 123456
pin: 1234
pat: <a30>
jwt: <a30>
hmac: <hex64>
sid: <a30>
db_password: <a20>
aws_secret: <a20>
verifier: <a43>
ticket: PROJ-1
`

const friendsInText = `
the password is "swordfish", he said
Token: the token of our affection
api_key = get_key()
password = os.environ["PASSWORD"]
const key = keys[0]
if token == nil { return errNoToken }
auth: none of your business
max_tokens=100
sort=key&order=asc
| token | count |
tokens: 12
<token>
{{ .Values.password }}
secrets: inherit
env: ${{ secrets.GITHUB_TOKEN }}
"uses": "actions/checkout@<hex40>"
github.com/a/b v0.0.0-20260101000000-<hex12> h1:<b32>=
git checkout <hex40>
From <hex40> Mon Sep 17 00:00:00 2001
docker pull alpine@sha256:<hex64>
2026-01-01T00:00:00Z INFO request_id=<uuid> user=ada
ssh-ed25519 AAAAC3Nz<b60> me@example.com
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
SHA256:<s43> me@example.com (ED25519)
0x<hex40>
urn:uuid:<uuid>
Mailing <ada@example.com> and bob@example.com:8080
me@host:/srv/git/project.git
git@github.com:a/b.git
http://user@h/ and ftp://anonymous@h/
see https://h/?q=a&b=c#key
data:image/png;base64,<b300>
sk-whatever you like
ask-me-anything-<d20>
hf_ is a prefix, as ghp_ and AIza are
pk_live_<a24>
lang=english1; English1 speakers like dark-mode
Bearer of bad news
Basic income
Digest of the week
`

var drawnPart = regexp.MustCompile(`<(uuid|[ahsbd]|hex)(\d*)>`)

// filled replaces <hex40> and the like by what is drawn.
func filled(r *rand.Rand, text string) string {
	return drawnPart.ReplaceAllStringFunc(text, func(part string) string {
		match := drawnPart.FindStringSubmatch(part)
		length, _ := strconv.Atoi(match[2])
		switch match[1] {
		case "uuid":
			return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64()>>16)
		case "hex":
			return random(r, length, hexadecimal)
		case "a":
			return random(r, length, alphanumeric)
		case "s":
			return random(r, length, base64url)
		case "d":
			return random(r, length, "0123456789")
		}
		raw := make([]byte, length)
		for n := range raw {
			raw[n] = byte(r.Uint32())
		}
		return base64.StdEncoding.EncodeToString(raw)
	})
}

// friends returns an interaction for each line: how it looks, and where.
func friends(r *rand.Rand) (interactions []*cassette.Interaction) {
	add := func(lines, separator string, put func(i *cassette.Interaction, name, value string)) {
		for line := range strings.Lines(strings.TrimPrefix(lines, "\n")) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), separator)
			i := blank()
			put(i, name, filled(r, value))
			interactions = append(interactions, i)
		}
	}
	add(friendsInHeaders, ": ", func(i *cassette.Interaction, name, value string) {
		if name != "Location" && name != "Content-Location" {
			i.Request.Header[name] = []string{value}
		}
		i.Response.Header[name] = []string{value}
		i.Response.Trailer[strings.ToLower(name)] = []string{value}
	})
	add(friendsInQueries, "=", func(i *cassette.Interaction, name, value string) {
		if !strings.ContainsAny(value, "%+") {
			value = url.QueryEscape(value)
		}
		parameter := name + "=" + value
		i.Request.URL += "?first=1&" + parameter
		i.Response.Header["Location"] = []string{"/next?" + parameter}
		received(i, ofJSON, `{"next":"https://api.example.com/v1/things?`+parameter+`"}`)
		if name != "assertion" && name != "code" { // a form with these is OAuth's
			sent(ofForm, "a=b&%s", parameter)(i)
		}
	})
	add(friendsInBodies, ": ", func(i *cassette.Interaction, name, value string) {
		body := fmt.Sprintf(`{"a":[{%s:%s,"n":1}]}`, quote(name), quote(value))
		sent(ofJSON, "%s", body)(i)
		received(i, ofSSE, "data: "+body+"\n\ndata: [DONE]\n\n")
	})
	add(friendsInContent, ": ", func(i *cassette.Interaction, name, value string) {
		args := fmt.Sprintf(`{%s:%s}`, quote(name), quote(value))
		sent(ofJSON, `{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":%s}}]},{"role":"tool","content":%s},{"role":"user","content":[{"type":"tool_result","content":%s},{"type":"text","text":%s}]}]}`,
			quote(args), quote(args), quote(args), quote(name+": "+value))(i)
		received(i, ofJSON, fmt.Sprintf(`{"type":"message","role":"assistant","content":[{"type":"tool_use","id":"t","name":"door","input":%s}]}`, args))
	})
	add(friendsInText, "\x00", func(i *cassette.Interaction, text, _ string) {
		text = filled(r, text)
		sent(ofJSON, `{"model":"m","messages":[{"role":"user","content":%s}]}`, quote("I read:\n"+text+"\nWhat is it?"))(i)
		received(i, "text/plain", "I read:\n"+text+"\nWhat is it?")
	})
	return interactions
}

const fewestFriends = 300

func TestFalseFriendsStay(t *testing.T) {
	interactions := friends(rand.New(rand.NewPCG(13, 14)))
	if len(interactions) < fewestFriends {
		t.Fatalf("%d values", len(interactions))
	}
	t.Logf("%d values", len(interactions))
	encode := func(i *cassette.Interaction) string {
		return string((&cassette.Cassette{Interactions: []*cassette.Interaction{i}}).Encode())
	}
	tape := make([]*cassette.Interaction, 0, len(interactions))
	together := redactor(tenSecrets)
	for _, i := range interactions {
		alone := i.Clone()
		r := redactor(nil)
		r.Interaction(alone)
		kept := []*cassette.Interaction{alone}
		r.Finish(kept)
		if got, want := encode(kept[0]), encode(i); got != want {
			t.Error(firstDifference(got, want))
		}
		if findings := r.Findings(); len(findings) > 0 {
			t.Errorf("%s: found %v", encode(i), findings)
		}
		if findings := redactor(nil).Scan(&cassette.Cassette{Interactions: []*cassette.Interaction{i}}); len(findings) > 0 {
			t.Errorf("%s: a scan found %v", encode(i), findings)
		}
		copied := i.Clone()
		together.Interaction(copied)
		tape = append(tape, copied)
	}
	together.Finish(tape)
	for n, i := range interactions {
		if got, want := encode(tape[n]), encode(i); got != want {
			t.Errorf("on a tape with others: %s", firstDifference(got, want))
		}
	}
}

// Long runs of base64url hold short prefixes of keys by chance.
func TestDataStays(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const blobs, size = 40, 180_000
	for n := range blobs {
		data := random(r, size, base64url)
		i := blank()
		sent(ofJSON, `{"model":"m","input":[{"type":"reasoning","encrypted_content":%s}]}`, quote(data))(i)
		received(i, ofJSON, `{"candidates":[{"content":{"parts":[{"thoughtSignature":`+quote(data)+`}]}}]}`)
		asked, answered := i.Request.Body.String(), i.Response.Body.String()
		redactor(nil).Interaction(i)
		if i.Request.Body.String() != asked || i.Response.Body.String() != answered {
			t.Errorf("blob %d was changed", n)
		}
	}
}

// What is learned from a cookie or an account does not change prose and ids.
func TestLearnedWordsDoNotSpread(t *testing.T) {
	const prose = `{"text":"english1 speakers in dark-mode like gpt-4o-mini, us-east-1, assistant and 2026-01-01; see customers/alice"}`
	i := blank()
	i.Request.Header["Cookie"] = []string{"lang=english1; theme=dark-mode; region=us-east-1; seen=2026-01-01"}
	i.Request.Header["X-Key"] = []string{"customers/alice"}
	i.Response.Header = http.Header{"Content-Type": {ofJSON}, "Set-Cookie": {"lang=english1; Path=/", "model=gpt-4o-mini"}, "Openai-Organization": {"assistant"}}
	i.Response.Body = cassette.NewBody([]byte(prose))
	r := redactor(nil)
	r.Interaction(i)
	tape := []*cassette.Interaction{i}
	r.Finish(tape)
	if got := tape[0].Response.Body.String(); got != prose {
		t.Errorf("got %s", got)
	}
}
