package redaction

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/media"
)

// keyFormats are the formats of keys, as their providers document them, as secret
// scanners search for them, or as published keys show. A key is a prefix and what
// follows it:
//
//	d  digits                    a  letters and digits   p  s and dots, but not at the end
//	h  hexadecimal digits        s  a and - _            t  p and ~
//	l  lower case and digits     b  base64 of both alphabets with = and %2B %2F %3D
//	u  upper case and digits
//
// A number is a length, + is that length or more, and 5-6 is a range. All else stands
// for itself. Prefix and length are enough: no key has to look random. Only words, such
// as sk-proj-put-your-key-here, and examples, such as AKIA...EXAMPLE, are not keys.
//
// Before a key is neither a letter or digit nor - or _, unless it ends an escape, see
// startsKey. After a key of an exact length is no letter, digit or character of its kind.
// So nothing is found inside base64.
//
// Keys without a prefix of their own are found by their names only: those of Mistral,
// Cohere, AssemblyAI, Deepgram, DeepInfra, Mailgun, Mailchimp, Resend, of Telegram outside
// a path, of Discord's bots, of crates.io, NuGet, Brave and Z.ai. Public keys are kept: pk_live_, pk-lf-, phc_.
var keyFormats = []keyFormat{
	// Models and their tools.
	key("OpenAI key", "sk-proj- sk-svcacct- sk-admin-", "s20+"),
	key("OpenAI key", "sk-", "a20 T3BlbkFJ a20"), // until 2024
	key("Anthropic key", "sk-ant-", "s40+"),      // api03, admin01: 93 and AA; oat01, ort01
	key("OpenRouter key", "sk-or-", "s32+"),      // v1 and h64
	key("MiniMax key", "sk-api-", "s119"),
	key("Langfuse key", "sk-lf-", "h8 - h4 - h4 - h4 - h12"),
	key("API key", "sk-", "h32"),        // DeepSeek
	key("API key", "sk-", "a48"),        // Stability, Kimi
	randomKey("API key", "sk-", "s20+"), // of others, such as LiteLLM; words may follow sk-, too
	key("Google API key", "AIza", "s35"),
	key("Google API key", "AQ.Ab8RN6", "s44"),
	key("Hugging Face token", "hf_ api_org_", "a34"),
	key("Groq key", "gsk_", "a52"),
	key("xAI key", "xai-", "s70-120"),
	key("Cerebras key", "csk-", "l48"),
	key("NVIDIA key", "nvapi-", "s60-70"),
	key("Replicate token", "r8_", "a37"),
	key("Perplexity key", "pplx-", "a48"),
	key("Together key", "tgp_v1_", "s43"),
	key("Pinecone key", "pcsk_", "a5-6 _ a63"),
	key("Fireworks key", "fw_", "a22+"),
	key("Voyage key", "pa-", "s43"),
	key("Jina key", "jina_", "a50+"),
	key("Tavily key", "tvly-", "s24+"), // also tvly-dev-, tvly-prod-
	key("Firecrawl key", "fc-", "h32"),
	key("LangSmith key", "lsv2_pt_ lsv2_sk_", "h32 _ h10"),
	key("Weights and Biases key", "wandb_v1_", "s77"),
	key("ElevenLabs key", "sk_", "h48"),
	key("RunPod key", "rpa_", "u40 a6"),
	key("Apify token", "apify_api_", "a34-38"),

	// Clouds.
	key("AWS access key id", "AKIA ASIA ABIA ACCA", "u16"),
	key("AWS session token", "IQoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz AQoDYXdz", "b100+"),
	key("Bedrock key", "ABSK", "b109-269"),
	key("Bedrock key", "bedrock-api-key-", "b40+"), // a signed URL in base64
	key("Google access token", "ya29.", "p24+"),
	key("Google client secret", "GOCSPX-", "s28"),
	key("Google refresh token", "1//0 1%2F%2F0", "s40+"),
	keyAround("Azure key", "a52", "JQQJ99", "a26"), // 84 characters: OpenAI and other services
	keyAround("Azure client secret", "t3 d1", "Q~", "t31-34"),
	key("Alibaba access key id", "LTAI", "a17-21"),
	key("Tencent secret id", "AKID", "a32"),
	key("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", "h64"),
	key("Databricks token", "dapi", "h32"),
	key("Heroku key", "HRKU-AA", "s58"),
	key("Fly.io token", "fm2_ fm1r_ fm1a_", "b100+"),
	key("Fly.io token", "fo1_", "s43"),
	key("Netlify token", "nfp_", "a36"),
	key("Vercel token", "vck_ vcp_ vca_ vci_ vcr_", "s56"),
	key("Supabase key", "sbp_", "l40"),
	key("Supabase key", "sb_secret_", "s31"),
	key("PlanetScale token", "pscale_tkn_ pscale_pw_ pscale_oauth_", "p32+"),
	key("Neon key", "napi_", "a64"),
	key("Render key", "rnd_", "a28"),
	key("Cloudflare token", "cfat_ cfut_ cfk_", "a40 h8"),
	key("Cloudflare origin CA key", "v1.", "0- h24 - h146"),
	key("Scalingo token", "tk-us-", "s48"),
	key("OpenShift token", "sha256~", "s43"),

	// Code and packages.
	key("GitHub token", "ghp_ gho_ ghu_ ghr_", "a36+"),
	key("GitHub token", "ghs_", "p36+"), // since 2026 with a JWT
	key("GitHub token", "github_pat_", "s82"),
	key("GitLab token", "glpat- gldt- glrt- glcbt- gloas- glptt- glft- glimt- glffct- glsoat- glagent-", "p20+"),
	key("GitLab token", "GR1348941", "s20"),
	key("Sourcegraph token", "sgp_", "s40+"),
	key("npm token", "npm_", "a36"),
	key("PyPI token", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZw", "s50+"),
	key("RubyGems key", "rubygems_", "h48"),
	key("Clojars token", "CLOJARS_", "a60"),
	key("Docker Hub token", "dckr_pat_", "s27"),
	key("Docker Hub token", "dckr_oat_", "s32"),
	key("JFrog key", "AKCp", "a69"),
	key("JFrog token", "cmVmd", "a59"),
	key("CircleCI token", "CCIPAT_", "s40+"),
	key("Buildkite token", "bkua_", "l40"),
	key("Octopus Deploy key", "API-", "u26"),

	// Secrets and infrastructure.
	key("Vault token", "hvs. hvb. hvr.", "s90+"),
	keyAround("Terraform token", "a14", ".atlasv1.", "s60+"),
	key("Pulumi token", "pul-", "h40"),
	key("Doppler token", "dp.pt. dp.ct. dp.sa. dp.scim. dp.audit.", "a40+"),
	key("Doppler token", "dp.st.", "p40+"), // with the name of its configuration
	key("Tailscale key", "tskey-api- tskey-auth- tskey-client-", "s20+"),
	key("1Password token", "ops_eyJ", "b250+"),
	key("age key", "AGE-SECRET-KEY-1", "u58"),
	key("Prefect key", "pnu_", "a36"),
	key("Infracost key", "ico-", "a32"),

	// Telemetry.
	key("Grafana token", "glsa_", "a32 _ h8"),
	key("Grafana token", "glc_", "b32+"),
	key("New Relic key", "NRAK-", "u27"),
	key("Sentry token", "sntrys_", "b80+"),
	key("Sentry token", "sntryu_", "h64"),
	key("Dynatrace token", "dt0c01. dt0s01.", "u24 . u64"),
	key("PostHog key", "phx_", "a41+"),

	// Messages, payments and office.
	key("Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xoxc- xoxo- xoxe- xapp- xoxe.xoxb- xoxe.xoxp-", "s20+"),
	key("Slack cookie", "xoxd-", "b20+"),
	key("Twilio key", "SK", "h32"),
	key("SendGrid key", "SG.", "s22 . s43"),
	key("Brevo key", "xkeysib-", "h64 - a16"),
	key("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", "a10+"),
	key("Stripe webhook secret", "whsec_", "b24+"),
	key("Square token", "sq0atp-", "s22"),
	key("Square secret", "sq0csp-", "s43"),
	key("Shopify token", "shpat_ shpca_ shppa_ shpss_", "h32"),
	key("Shippo token", "shippo_live_ shippo_test_", "h40"),
	key("EasyPost key", "EZAK EZTK", "a54"),
	key("Duffel token", "duffel_live_ duffel_test_", "s43"),
	key("Paddle key", "pdl_live_apikey_ pdl_sdbx_apikey_", "s30+"),
	key("Plaid token", "access-sandbox- access-development- access-production-", "h8 - h4 - h4 - h4 - h12"),
	key("Linear key", "lin_api_", "a40"),
	key("Notion token", "ntn_", "a46"),
	key("Figma token", "figd_", "s38+"),
	key("Airtable token", "pat", "a14 . h64"),
	key("Atlassian token", "ATATT3 ATCTT3", "b60+"),
	key("Postman key", "PMAK-", "h24 - h34"),
	key("Typeform token", "tfp_", "p40+"),
	key("Frame.io token", "fio-u-", "s64"),
	key("ReadMe key", "rdme_", "l70"),

	// What no prefix and length describe.
	{kind: "JSON web token", literals: []string{"eyJ"}, match: jsonWebToken},
	{kind: "private key", literals: []string{"-----BEGIN ", "-----BEGIN+", "-----BEGIN%20"}, match: privateKey},
	{kind: "Slack webhook", literals: []string{"hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/"}, match: webhookPath},
	{kind: "Telegram token", literals: []string{"/bot"}, match: telegramToken},
	{kind: "Discord webhook", literals: []string{"/webhooks/"}, match: discordWebhook},
	labelled("AWS secret key", "aws_secret_access_key AWS_SECRET_ACCESS_KEY secretAccessKey SecretAccessKey"),
	labelled("Azure account key", "AccountKey="),
	labelled("Azure shared access key", "SharedAccessKey="),
	labelled("Azure shared access signature", "SharedAccessSignature="),
}

// labelled is a secret of base64 that follows one of some labels, such as AccountKey=.
func labelled(kind, labels string) keyFormat {
	const shortest, longest = 40, 512
	return keyFormat{kind, strings.Fields(labels), keyShape{}, func(text []byte, _, end int) (int, int, bool) {
		for end < len(text) && strings.IndexByte(" \t=:\"'\\", text[end]) >= 0 {
			end++
		}
		to := end
		for to < len(text) && to-end < longest && (isAlphanumeric(text[to]) || strings.IndexByte("+/=", text[to]) >= 0) {
			to++
		}
		switch value := text[end:to]; {
		case len(value) == longest:
			return 0, to, false // data
		case len(value) < shortest || bytes.Contains(value, []byte("EXAMPLE")) || isDummy(string(value)):
			return 0, 0, false
		}
		return end, to, true
	}}
}

// jsonWebToken is three parts of base64url, the first of which is JSON with an alg
// (RFC 7519). The signature may be empty. With an enc too, there are five parts, and the
// second may be empty (RFC 7516).
func jsonWebToken(text []byte, start, _ int) (int, int, bool) {
	const longestHeader = 2048
	if !startsKey(text, start) {
		return 0, 0, false
	}
	header := runEnd(text[:min(len(text), start+longestHeader)], start, isSlug)
	if header == len(text) || text[header] != '.' {
		return 0, 0, false
	}
	claims := runEnd(text, header+1, isSlug)
	if claims == len(text) || text[claims] != '.' {
		return 0, 0, false
	}
	decoded, err := base64.RawURLEncoding.DecodeString(string(text[start:header]))
	var fields struct{ Alg, Enc *string }
	if err != nil || json.Unmarshal(decoded, &fields) != nil || fields.Alg == nil || fields.Enc == nil && claims-header < shortestSecret {
		return 0, 0, false
	}
	to := runEnd(text, claims+1, isSlug)
	for n := 0; fields.Enc != nil && n < 2 && to < len(text) && text[to] == '.'; n++ {
		to = runEnd(text, to+1, isSlug)
	}
	return start, to, true
}

// privateKey is a PEM block from its first dash to its last (RFC 7468), also with
// escaped line breaks, and as a parameter of a URL. Without an end, it is a secret as far
// as it goes.
func privateKey(text []byte, start, end int) (int, int, bool) {
	const longestLabel = 40
	label, _, found := bytes.Cut(text[end:min(len(text), end+longestLabel)], []byte("-----"))
	blank := text[start+len("-----BEGIN") : end]
	if !found || !bytes.HasSuffix(bytes.ReplaceAll(label, blank, []byte(" ")), []byte("PRIVATE KEY")) {
		return 0, 0, false
	}
	body := end + len(label) + len("-----")
	to := runEnd(text, body, func(c byte) bool {
		return isBase64(c) && c != '-' || strings.IndexByte("= \t\r\n\\:,%", c) >= 0
	})
	if to-body < shortestSecret {
		return 0, 0, false // a text about keys
	}
	closing := "-----END" + string(blank) + string(label) + "-----"
	if bytes.HasPrefix(text[to:], []byte(closing)) {
		to += len(closing)
	}
	return start, to, true
}

// telegramToken is in the path of each request to a bot: its number, a colon and 35
// characters.
func telegramToken(text []byte, _, end int) (int, int, bool) {
	const shortest, longest, length = 8, 10, 35
	number := runEnd(text[:min(len(text), end+longest+1)], end, isDigit)
	if number-end < shortest || number-end > longest {
		return 0, 0, false
	}
	secret := number + len(":")
	if bytes.HasPrefix(text[number:], []byte("%3A")) || bytes.HasPrefix(text[number:], []byte("%3a")) {
		secret = number + len("%3A")
	} else if number == len(text) || text[number] != ':' {
		return 0, 0, false
	}
	to := runEnd(text[:min(len(text), secret+length+1)], secret, isSlug)
	return end, to, to-secret == length
}

// discordWebhook is the token behind the number of a webhook: whoever knows it can post.
func discordWebhook(text []byte, _, end int) (int, int, bool) {
	const fewestDigits, mostDigits, shortest, longest = 17, 20, 60, 80
	number := runEnd(text[:min(len(text), end+mostDigits+1)], end, isDigit)
	if number-end < fewestDigits || number-end > mostDigits || number == len(text) || text[number] != '/' {
		return 0, 0, false
	}
	to := runEnd(text[:min(len(text), number+1+longest+1)], number+1, isSlug)
	return number + 1, to, shortest <= to-number-1 && to-number-1 <= longest
}

// webhookPath is the path of a Slack webhook: whoever knows it can post.
func webhookPath(text []byte, _, end int) (int, int, bool) {
	const shortest, longest = 30, 512
	to := runEnd(text[:min(len(text), end+longest)], end, func(c byte) bool { return isAlphanumeric(c) || c == '/' })
	return end, to, to-end >= shortest && bytes.Count(text[end:to], []byte("/")) >= 2
}

// urlPrefix precedes the passwords in URLs. Most URLs hold none, so it is not searched
// for with the literals.
const urlPrefix = "://"

func mayHoldURLPassword(text []byte) bool {
	return bytes.IndexByte(text, '@') >= 0 && bytes.Contains(text, []byte(urlPrefix))
}

// urlPasswordEdits returns the edits of the passwords in URLs, such as the addresses of
// databases, and learns them.
func (w *walk) urlPasswordEdits(text []byte) []media.Edit {
	var edits []media.Edit
	for at := 0; ; {
		offset := bytes.Index(text[at:], []byte(urlPrefix))
		if offset < 0 {
			return edits
		}
		start := at + offset
		at = start + len(urlPrefix)
		if from, to, ok := urlPassword(text, start, at); ok && placeholderAround(text, from) == 0 {
			edits = append(edits, w.r.known.learnFormat("password in a URL", string(text[from:to])).edit(from, to, w.unnumbered))
			at = to
		}
	}
}

// urlPassword returns where the password is in a URL that has urlPrefix at
// text[start:end].
func urlPassword(text []byte, start, end int) (from, to int, ok bool) {
	if start == 0 || !isAlphanumeric(text[start-1]) {
		return 0, 0, false
	}
	const longest = 512
	to = runEnd(text[:min(len(text), end+longest)], end, func(c byte) bool {
		return c > ' ' && c != 0x7F && strings.IndexByte("/?#\"'`<>\\{}()", c) < 0
	})
	at := bytes.LastIndexByte(text[end:to], '@')
	if at < 0 {
		return 0, 0, false
	}
	colon := bytes.IndexByte(text[end:end+at], ':')
	if colon < 0 {
		return 0, 0, false
	}
	from, to = end+colon+1, end+at
	value := text[from:to]
	return from, to, len(value) > 2 && !isDummy(string(value)) && !holdsPlaceholder(value) && bytes.IndexByte(value, '$') < 0 && bytes.IndexByte(value, '*') < 0
}

// runEnd returns where a run of characters ends.
func runEnd(text []byte, start int, isPart func(byte) bool) int {
	for start < len(text) && isPart(text[start]) {
		start++
	}
	return start
}
