package redaction

import (
	"strings"
	"testing"
)

// The verdicts are those of headers, queries and bodies: S secret, D if drawn, N kept.
func TestRuleBook(t *testing.T) {
	const letters = "NDS"
	for _, line := range strings.Split(strings.TrimSpace(`
		S-- Xi-Api-Key, Ocp-Apim-Subscription-Key, X-Subscription-Token, Dd-Api-Key, Dd-Application-Key, Private-Token, X-Vault-Token, X-Functions-Key, Helicone-Auth, Cf-Aig-Authorization
		S-- X-Portkey-Api-Key, X-Rapidapi-Key, Apikey, X-Access-Token, X-Csrf-Token, X-Client-Secret, X-My-Token, PRIVATE-TOKEN, X-Shopify-Access-Token, X-Figma-Token, X-Algolia-API-Key
		S-- KC-API-PASSPHRASE, X-Hasura-Admin-Secret, Developer-Token, X-TrackerToken, X-Tableau-Auth, X-NuGet-ApiKey, X-Honeycomb-Team, X-JFrog-Art-Api, X-WSSE, sendbirdorganizationapitoken, x-amz-security-token
		D-- X-Key, Fastly-Key, X-Signature, X-Session-Id, Mcp-Session-Id
		N-- X-Request-Id, X-Ratelimit-Remaining-Tokens, Access-Control-Allow-Credentials, WWW-Authenticate, Proxy-Authenticate, Sec-WebSocket-Key, Idempotency-Key, Surrogate-Key, Cache-Key, X-Api-Key-Hint, Cookie-Policy, Authority
		N-- Etag, Content-Type, X-Next-Page-Token, Assertion, Author, X-Author, X-Monkey, X-Compass, Bypass, X-Design, X-Insight
		--S apiKey, accessToken, refreshToken, clientSecret, secret, session_token, db_password, openai_api_key, SecretAccessKey, SessionToken, SecretKey, authorizationToken, device_code, client_token, id_token, private_key
		--S root_pass, tls_client_key, sas_token, secret_key, stream_key, temp_clone_token, write_key, passwordConfirmation, SecretString, access_token_new, oauthAccessToken, APIKey, OPENAI_API_KEY, SAMLResponse, client_assertion
		--S personal-access-token, awsSecretAccessKey, smtp_pass, recovery_code, accesskey, secretaccesskey, apitoken
		--D token, Token, upload_token, authorization, auth, credential, jwt, pwd, signing_jwt, foo_key
		--N max_tokens, prompt_tokens, completion_tokens, token_type, token_id, key_id, access_key_id, accessKeyId, secret_name, password_policy, session_state, next_page_token, NextContinuationToken, nextPageToken, nextpagetoken, progressToken, bos_token
		--N time-to-first-token, public_key, publicKey, sort_key, idempotency_key, surrogate-key, prompt_cache_key, author, authority, passenger, bypass, compass, keyboard, monkey, turkey, tokenizer, secretary, design, insight
		--N signature, thoughtSignature, encrypted_content, cursor, require_new_password, two_factor_auth, secret_scanning, key, code, state, assertion, session, nonce, pin, clientRequestToken, boardToken, has_token
		--N id, name, model, content, role, usage, total_tokens, refresh_token_expires_in, password_set, token_count, api_key_enabled, description, url, value, text, data
		-S- password, refresh_token, id_token, client_secret, api_key, apikey, access_token, session_token, otp, code_verifier, oauth_verifier, X-Amz-Signature, X-Amz-Credential, X-Amz-Security-Token, X-Goog-Signature, X-Goog-Credential
		-S- x-oss-signature, x-oss-credential, x-oss-security-token, q-signature, x-cos-security-token, upload_id, client_assertion, user_token
		-D- key, token, sig, Signature, assertion, credentials, auth, session
		-N- page_token, code, state, Policy, Key-Pair-Id, GoogleAccessId, AWSAccessKeyId, OSSAccessKeyId, X-Amz-Date, X-Amz-Expires, X-Amz-SignedHeaders, X-Goog-Algorithm, sv, se, sp, sr, st, spr, skoid, q-ak, q-sign-algorithm, q-sign-time, q-key-time, q, page, cursor
	`), "\n") {
		want, list, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, name := range strings.Split(list, ", ") {
			for n, in := range []place{inHeader, inQuery, inBody} {
				if want[n] == '-' {
					continue
				}
				for _, spelled := range []string{name, strings.ToLower(name)} {
					if camel := spelled != name && strings.ContainsAny(name[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.ContainsAny(name, "-_"); camel {
						continue // nothing tells where its words end
					}
					if got := letters[new(names).verdict(in, []byte(spelled))]; got != want[n] {
						t.Errorf("%s in place %d: got %c, want %c (words %v)", spelled, in, got, want[n], wordsOf(spelled))
					}
				}
			}
		}
	}
}

func TestContainerNames(t *testing.T) {
	for name, want := range map[string]verdict{
		"api_keys": secret, "client_secret": secret, "passwords": secret, "credentials": ifDrawn, "token": ifDrawn,
		"tokens": kept, "max_tokens": kept, "completion_tokens": kept, "keys": kept, "public_keys": kept,
	} {
		if got := new(names).containerVerdict(inBody, []byte(name)); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
}

// The names that a process remembers are bounded, and judging them again does not
// allocate.
func TestRememberedNames(t *testing.T) {
	n := new(names)
	for _, name := range []string{"Content-Type", "x-my-token", "max_tokens", "id"} {
		name := []byte(name)
		n.verdict(inHeader, name)
		if allocated := testing.AllocsPerRun(100, func() { n.verdict(inHeader, name) }); allocated > 0 {
			t.Errorf("%s: %v allocations", name, allocated)
		}
	}
	if v := n.verdict(inBody, []byte(strings.Repeat("a", longestName)+"_token")); v != kept {
		t.Errorf("got %d", v)
	}
}

func BenchmarkVerdict(b *testing.B) {
	n := new(names)
	for _, name := range []string{"Content-Type", "X-Ratelimit-Remaining-Tokens", "Authorization"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for name := []byte(name); b.Loop(); {
				n.verdict(inHeader, name)
			}
		})
	}
}
