package redact

// shapes are the formats of keys, as their providers document them or as the
// keys themselves show. Lengths are below those that are given out, and far above
// what words and ids have that begin in the same way.
var shapes = []shape{
	key("OpenRouter key", "sk-or-", 32, isSlug),
	key("Anthropic key", "sk-ant-", 24, isSlug),
	key("OpenAI key", "sk-", 20, isSlug), // sk-proj-, sk-svcacct-, sk-admin-, and the keys of many others
	exactKey("Google API key", "AIza", 35, isSlug),
	key("Google access token", "ya29.", 24, func(c byte) bool { return isSlug(c) || c == '.' }),
	key("Google client secret", "GOCSPX-", 20, isSlug),
	exactKey("AWS access key id", "AKIA", 16, isUpperOrDigit),
	exactKey("AWS access key id", "ASIA", 16, isUpperOrDigit),
	after("AWS secret key", "aws_secret_access_key", 40),
	after("AWS secret key", "AWS_SECRET_ACCESS_KEY", 40),
	after("AWS secret key", "secretAccessKey", 40),
	after("AWS secret key", "SecretAccessKey", 40),
	after("Azure account key", "AccountKey=", 40),
	after("Azure shared access key", "SharedAccessKey=", 40),
	after("Azure shared access signature", "SharedAccessSignature=", 40),
	key("GitHub token", "ghp_", 30, isAlphanumeric),
	key("GitHub token", "gho_", 30, isAlphanumeric),
	key("GitHub token", "ghu_", 30, isAlphanumeric),
	key("GitHub token", "ghs_", 30, isAlphanumeric),
	key("GitHub token", "ghr_", 30, isAlphanumeric),
	key("GitHub token", "github_pat_", 40, isSlug),
	key("GitLab token", "glpat-", 20, isSlug),
	key("Slack token", "xoxa-", 20, isSlug),
	key("Slack token", "xoxb-", 20, isSlug),
	key("Slack token", "xoxe-", 20, isSlug),
	key("Slack token", "xoxp-", 20, isSlug),
	key("Slack token", "xoxr-", 20, isSlug),
	key("Slack token", "xoxs-", 20, isSlug),
	{"Slack webhook", "hooks.slack.com/services/", webhook},
	key("Stripe key", "sk_live_", 16, isAlphanumeric),
	key("Stripe key", "sk_test_", 16, isAlphanumeric),
	key("Stripe key", "rk_live_", 16, isAlphanumeric),
	key("Stripe key", "rk_test_", 16, isAlphanumeric),
	key("Stripe webhook secret", "whsec_", 24, isBase64),
	key("Hugging Face token", "hf_", 30, isAlphanumeric),
	key("Groq key", "gsk_", 40, isAlphanumeric),
	key("Replicate token", "r8_", 30, isAlphanumeric),
	key("Perplexity key", "pplx-", 32, isAlphanumeric),
	key("xAI key", "xai-", 40, isAlphanumeric),
	key("NVIDIA key", "nvapi-", 40, isSlug),
	{"JSON web token", "eyJ", jwt},
	{"private key", "-----BEGIN ", pem},
	{"password in a URL", urlAnchor, password},
}

const urlAnchor = "://"
