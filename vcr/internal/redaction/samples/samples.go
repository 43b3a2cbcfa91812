// Package samples generates keys as providers issue them, for tests. They are drawn at
// random and valid in form, but no service knows them. Formats are written down as the
// providers and secret scanners describe them, not as package redaction does, so that
// tests compare the two. Nothing in the sources looks like a key: keys are put together
// at run time.
package samples

import (
	"encoding/base64"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A Kind is a kind of key. Its methods are safe for concurrent use if each call has
// a Rand of its own.
type Kind struct {
	Name          string // as findings call it, such as "Hugging Face token"
	Prefix        string // how its keys start; "" if they start at random
	Before, After string // what surrounds a key of this kind, if a key alone is not known as one
	parts         []part
}

// Generate returns a key.
func (k Kind) Generate(r *rand.Rand) string {
	return k.draw(r, func(alphabet string) string { return alphabet })
}

// Letters returns a key without a digit after its prefix. It is "" if there are none.
func (k Kind) Letters(r *rand.Rand) string { return k.draw(r, onlyOf(isLetter)) }

// Digits returns a key without a letter after its prefix. It is "" if there are none.
func (k Kind) Digits(r *rand.Rand) string { return k.draw(r, onlyOf(isDigit)) }

// All returns every kind. Kinds with several prefixes are in it once for each.
func All() []Kind {
	var kinds []Kind
	for _, f := range formats {
		for _, prefix := range strings.Split(f.prefixes, " ") {
			kinds = append(kinds, Kind{Name: f.name, Prefix: prefix, parts: partsOf(prefix, f.rest)})
		}
	}
	for _, k := range surrounded {
		kinds = append(kinds, Kind{Name: k.name, Before: k.before, After: k.after, parts: partsOf("", k.rest)})
	}
	line := part{alphabet: alphabets['a'], length: 64}
	for _, label := range []string{"", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "} {
		begin, end := "-----BEGIN "+label+"PRIVATE "+"KEY-----", "-----END "+label+"PRIVATE "+"KEY-----"
		kinds = append(kinds, Kind{Name: "private key", Prefix: begin, parts: []part{{literal: begin + "\n"}, line, {literal: "\n"}, line, {literal: "==\n" + end}}})
	}
	for _, header := range []string{`{"alg":"HS256","typ":"JWT"}`, `{"typ":"JWT","alg":"RS256","kid":"1"}`} {
		start := encoded(header) + "." + encoded(`{"sub":"1234567890","name":"Jo","iat":1795348800}`) + "."
		kinds = append(kinds, Kind{Name: "JSON web token", Prefix: start, parts: []part{{literal: start}, {alphabet: alphabets['s'], length: 43}}})
	}
	for _, key := range []part{{}, {alphabet: alphabets['s'], length: 342}} {
		start := encoded(`{"alg":"RSA-OAEP-256","enc":"A256GCM"}`) + "."
		kinds = append(kinds, Kind{Name: "JSON web token", Prefix: start, parts: []part{{literal: start}, key, {literal: "."}, {alphabet: alphabets['s'], length: 16}, {literal: "."}, {alphabet: alphabets['s'], length: 80}, {literal: "."}, {alphabet: alphabets['s'], length: 22}}})
	}
	return kinds
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// draw returns a key from a part of each alphabet, "" if one has no such part.
func (k Kind) draw(r *rand.Rand, of func(alphabet string) string) string {
	var b strings.Builder
	for _, p := range k.parts {
		b.WriteString(p.literal)
		alphabet := of(p.alphabet)
		if p.length > 0 && alphabet == "" {
			return ""
		}
		for range p.length {
			b.WriteByte(alphabet[r.IntN(len(alphabet))])
		}
	}
	return b.String()
}

func onlyOf(isPart func(rune) bool) func(string) string {
	return func(alphabet string) string {
		return strings.Map(func(c rune) rune {
			if isPart(c) {
				return c
			}
			return -1
		}, alphabet)
	}
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

func isLetter(c rune) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// A part of a key is a literal, or a number of characters of an alphabet.
type part struct {
	literal, alphabet string
	length            int
}

const (
	digits = "0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

var alphabets = map[byte]string{
	'd': digits,
	'h': digits + "abcdef",
	'l': digits + lower,
	'u': digits + upper,
	'k': "234567" + upper, // base32
	'a': digits + lower + upper,
	's': digits + lower + upper + "-_",
	'b': digits + lower + upper + "+/",
}

// partsOf parses a format: an alphabet and a length, or what stands for itself.
func partsOf(prefix, format string) []part {
	parts := []part{{literal: prefix}}
	for field := range strings.FieldsSeq(format) {
		length, err := strconv.Atoi(field[1:])
		if alphabet := alphabets[field[0]]; err == nil && alphabet != "" {
			parts = append(parts, part{alphabet: alphabet, length: length})
		} else {
			parts = append(parts, part{literal: field})
		}
	}
	return parts
}

// formats are keys that are known by themselves.
var formats = []struct{ name, prefixes, rest string }{
	{"OpenAI key", "sk-proj- sk-svcacct- sk-admin-", "s74 T3BlbkFJ s74"},
	{"OpenAI key", "sk-proj-", "s20"},
	{"OpenAI key", "sk-", "a20 T3BlbkFJ a20"},
	{"Anthropic key", "sk-ant-api03- sk-ant-admin01-", "s93 AA"},
	{"Anthropic key", "sk-ant-oat01- sk-ant-ort01-", "s86"},
	{"OpenRouter key", "sk-or-v1-", "h64"},
	{"MiniMax key", "sk-api-", "s119"},
	{"Langfuse key", "sk-lf-", "h8 - h4 - h4 - h4 - h12"},
	{"API key", "sk-", "h32"},
	{"API key", "sk-", "a48"},
	{"Google API key", "AIza", "s35"},
	{"Google API key", "AQ.Ab8RN6", "s44"},
	{"Google access token", "ya29.a0", "s200"},
	{"Google access token", "ya29.c.b0", "s900"},
	{"Google client secret", "GOCSPX-", "s28"},
	{"Google refresh token", "1//0", "s99"},
	{"Hugging Face token", "hf_ api_org_", "a34"},
	{"Groq key", "gsk_", "a52"},
	{"xAI key", "xai-", "s80"},
	{"Cerebras key", "csk-", "l48"},
	{"NVIDIA key", "nvapi-", "s64"},
	{"Replicate token", "r8_", "a37"},
	{"Perplexity key", "pplx-", "a48"},
	{"Together key", "tgp_v1_", "s43"},
	{"Pinecone key", "pcsk_", "a5 _ a63"},
	{"Pinecone key", "pcsk_", "a6 _ a63"},
	{"Fireworks key", "fw_", "a22"},
	{"Voyage key", "pa-", "s43"},
	{"Jina key", "jina_", "a60"},
	{"Tavily key", "tvly- tvly-dev- tvly-prod-", "a32"},
	{"Firecrawl key", "fc-", "h32"},
	{"LangSmith key", "lsv2_pt_ lsv2_sk_", "h32 _ h10"},
	{"Weights and Biases key", "wandb_v1_", "s77"},
	{"ElevenLabs key", "sk_", "h48"},
	{"RunPod key", "rpa_", "u40 a6"},
	{"Apify token", "apify_api_", "a36"},

	{"AWS access key id", "AKIA ASIA ABIA ACCA", "k16"},
	{"AWS session token", "IQoJb3JpZ2luX2Vj FwoGZXIvYXdz AQoDYXdz", "b400"},
	{"Bedrock key", "ABSKQmVkcm9ja0FQSUtleS", "b110"},
	{"Bedrock key", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t", "b900"},
	{"Alibaba access key id", "LTAI5t", "a18"},
	{"Tencent secret id", "AKID", "a32"},
	{"DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", "h64"},
	{"Databricks token", "dapi", "h32"},
	{"Heroku key", "HRKU-AA", "s58"},
	{"Fly.io token", "fm2_ fm1r_ fm1a_", "b400"},
	{"Fly.io token", "fo1_", "s43"},
	{"Netlify token", "nfp_", "a36"},
	{"Vercel token", "vck_ vcp_ vca_ vci_ vcr_", "s56"},
	{"Supabase key", "sbp_", "h40"},
	{"Supabase key", "sb_secret_", "s31"},
	{"PlanetScale token", "pscale_tkn_ pscale_pw_ pscale_oauth_", "s43"},
	{"Neon key", "napi_", "a64"},
	{"Render key", "rnd_", "a28"},
	{"Cloudflare token", "cfat_ cfut_ cfk_", "a40 h8"},
	{"Cloudflare origin CA key", "v1.0-", "h24 - h146"},
	{"Scalingo token", "tk-us-", "s48"},
	{"OpenShift token", "sha256~", "s43"},

	{"GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", "a36"},
	{"GitHub token", "ghs_", "d7 _ s60 . s340 . s86"},
	{"GitHub token", "github_pat_", "a22 _ a59"},
	{"GitLab token", "glpat- gldt- glrt- glft- glffct- glsoat-", "s20"},
	{"GitLab token", "glpat-", "s40 .01. l9"},
	{"GitLab token", "glrt-t1_", "s27 .01. l9"},
	{"GitLab token", "glcbt-64_", "s20"},
	{"GitLab token", "gloas-", "h64"},
	{"GitLab token", "glptt-", "h40"},
	{"GitLab token", "glimt-", "s25"},
	{"GitLab token", "glagent-", "s50"},
	{"GitLab token", "GR1348941", "s20"},
	{"Sourcegraph token", "sgp_", "h40"},
	{"Sourcegraph token", "sgp_", "h16 _ h40"},
	{"npm token", "npm_", "a36"},
	{"PyPI token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZw", "s150"},
	{"RubyGems key", "rubygems_", "h48"},
	{"Clojars token", "CLOJARS_", "l60"},
	{"Docker Hub token", "dckr_pat_", "s27"},
	{"Docker Hub token", "dckr_oat_", "s32"},
	{"JFrog key", "AKCp", "a69"},
	{"JFrog token", "cmVmd", "a59"},
	{"CircleCI token", "CCIPAT_", "a22 _ h40"},
	{"Buildkite token", "bkua_", "l40"},
	{"Octopus Deploy key", "API-", "u26"},

	{"Vault token", "hvs.", "s95"},
	{"Vault token", "hvb. hvr.", "s138"},
	{"Pulumi token", "pul-", "h40"},
	{"Doppler token", "dp.pt. dp.ct. dp.sa. dp.scim. dp.audit.", "a43"},
	{"Doppler token", "dp.st.dev_main.", "a43"},
	{"Tailscale key", "tskey-api- tskey-auth- tskey-client-", "a17 - a32"},
	{"1Password token", "ops_eyJ", "a600"},
	{"age key", "AGE-SECRET-KEY-1", "u58"},
	{"Prefect key", "pnu_", "a36"},
	{"Infracost key", "ico-", "a32"},

	{"Grafana token", "glsa_", "a32 _ h8"},
	{"Grafana token", "glc_", "b120"},
	{"New Relic key", "NRAK-", "u27"},
	{"Sentry token", "sntrys_eyJpYXQiO", "b120 _ b43"},
	{"Sentry token", "sntryu_", "h64"},
	{"Dynatrace token", "dt0c01. dt0s01.", "u24 . u64"},
	{"PostHog key", "phx_", "a43"},

	{"Slack token", "xoxb- xoxo-", "d12 - d13 - a24"},
	{"Slack token", "xoxp- xoxe-", "d12 - d12 - d13 - h32"},
	{"Slack token", "xoxa- xoxr- xoxs-2-", "a40"},
	{"Slack token", "xoxc-", "d12 - d12 - d13 - h64"},
	{"Slack token", "xapp-1-", "u11 - d13 - h64"},
	{"Slack token", "xoxe.xoxb-1- xoxe.xoxp-1-", "u165"},
	{"Slack token", "xoxe-1-", "u146"},
	{"Slack cookie", "xoxd-", "a80 %2B a40 %2F a30 %3D%3D"},
	{"Twilio key", "SK", "h32"},
	{"SendGrid key", "SG.", "s22 . s43"},
	{"Brevo key", "xkeysib-", "h64 - a16"},
	{"Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", "a24"},
	{"Stripe key", "sk_live_51", "a97"},
	{"Stripe webhook secret", "whsec_", "a32"},
	{"Square token", "sq0atp-", "s22"},
	{"Square secret", "sq0csp-", "s43"},
	{"Shopify token", "shpat_ shpca_ shppa_ shpss_", "h32"},
	{"Shippo token", "shippo_live_ shippo_test_", "h40"},
	{"EasyPost key", "EZAK EZTK", "a54"},
	{"Duffel token", "duffel_live_ duffel_test_", "s43"},
	{"Paddle key", "pdl_live_apikey_ pdl_sdbx_apikey_", "l26 _ a22 _ a3"},
	{"Plaid token", "access-sandbox- access-development- access-production-", "h8 - h4 - h4 - h4 - h12"},
	{"Linear key", "lin_api_", "a40"},
	{"Notion token", "ntn_", "d11 a35"},
	{"Figma token", "figd_", "s40"},
	{"Airtable token", "pat", "a14 . h64"},
	{"Atlassian token", "ATATT3xFfGF0 ATCTT3xFfGF0", "s180 = h8"},
	{"Postman key", "PMAK-", "h24 - h34"},
	{"Typeform token", "tfp_", "s44 _ s14"},
	{"Frame.io token", "fio-u-", "s64"},
	{"ReadMe key", "rdme_", "l70"},

	{"Azure key", "", "a52 JQQJ99 a26"},
	{"Azure client secret", "", "a3 d1 Q~ s32"},
	{"Terraform token", "", "a14 .atlasv1. s64"},
}

// surrounded are keys that are known by what is around them.
var surrounded = []struct{ name, before, rest, after string }{
	{"AWS secret key", "aws_secret_access_key = ", "b40", "\n"},
	{"AWS secret key", `"SecretAccessKey": "`, "b40", `"`},
	{"Azure account key", "AccountName=x;AccountKey=", "b86 ==", ";EndpointSuffix=core.windows.net"},
	{"Azure shared access key", "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=y;SharedAccessKey=", "b43 =", ";EntityPath=z"},
	{"Azure shared access signature", "SharedAccessSignature=", "b43 =", "\n"},
	{"password in a URL", "postgres://me:", "a20", "@db.example.com/x"},
	{"Telegram token", "https://api.telegram.org/bot", "d10 :A s34", "/sendMessage"},
	{"Telegram token", "https://api.telegram.org/file/bot", "d8 :AA s33", "/documents/a.pdf"},
	{"Discord webhook", "https://discord.com/api/webhooks/1234567890123456789/", "s68", ""},
	{"Slack webhook", "https://hooks.slack.com/services/", "u10 / u10 / a24", ""},
}
