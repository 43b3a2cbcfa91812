package scenarios_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/seed-e117020a/ginkgo-vcr/matchers"
	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// secret returns a secret from the environment, so that no file holds one.
func secret(name string) string { return os.Getenv(name) }

// post sends JSON and returns the response body.
func post(path, text string, header http.Header) string {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodPost, origin(path), strings.NewReader(text))
	Expect(err).NotTo(HaveOccurred())
	req.Header = http.Header{"Content-Type": {"application/json"}}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := vcr.Client().Do(req)
	Expect(err).NotTo(HaveOccurred())
	return body(resp)
}

// redacting returns the options that the variable OPTION names.
func redacting() []vcr.Option {
	switch os.Getenv("OPTION") {
	case "RedactHeaders":
		return []vcr.Option{vcr.RedactHeaders("x-tenant")}
	case "RedactQuery":
		return []vcr.Option{vcr.RedactQuery("TENANT")}
	case "RedactBody":
		return []vcr.Option{vcr.RedactBody("$.user.name", "$..age")}
	case "KeepHeaders":
		return []vcr.Option{vcr.KeepHeaders("x-auth-token")}
	case "KeepQuery":
		return []vcr.Option{vcr.KeepQuery("PAGE_SECRET")}
	case "KeepBody":
		return []vcr.Option{vcr.KeepBody("password")}
	case "KeepBody, a path":
		return []vcr.Option{vcr.KeepBody("$.door.password")}
	case "RedactWith":
		return []vcr.Option{vcr.RedactQuery("tenant"), vcr.RedactWith(func(name, _ string) string { return "hidden-" + name })}
	case "SecretVariables":
		return []vcr.Option{vcr.SecretVariables(func(name string) bool { return name == "TENANT" })}
	}
	return nil
}

// The options are those of the container, or with ON=suite of the suite.
var _ = scenario("secret options", func() {
	onContainer := redacting()
	if os.Getenv("ON") == "suite" {
		vcr.Configure(onContainer...)
		onContainer = nil
	}
	if os.Getenv("CONFIGURE") == "fail-on-secrets" {
		vcr.Configure(vcr.FailOnSecrets())
	}
	Describe("options", vcr.Recorded(onContainer...), func() {
		It("say what is secret", func() {
			post("/tenants/"+secret("TENANT")+"?tenant="+secret("TENANT"), `{"user":{"name":"`+secret("TENANT")+`","age":4711081536}}`,
				http.Header{"X-Tenant": {secret("TENANT")}, "X-Auth-Token": {"open-sesame"}})
			post("/doors?page_secret=third", `{"door":{"password":"mellon"},"password":"durin"}`, nil)
			Expect(vcr.Current()).To(HaveNoSecrets())
			AddReportEntry("explained", vcr.Current().Explain("header", "X-Auth-Token", "open-sesame"))
		})
	})
})

var _ = scenario("secret variable", func() {
	Describe("variable", vcr.Recorded(), func() {
		It("is sent", func() {
			key := secret("OWN_API_KEY")
			response := post("/"+key+"?mine="+key, `{"note":"it is `+key+`"}`, http.Header{"X-Own": {key}})
			Expect(response).To(HavePrefix("POST /"))
			GinkgoWriter.Println(vcr.Current().Snapshot().GomegaString(), vcr.Current().Cassette())
			if os.Getenv("END") == "fail" {
				Expect(vcr.Current()).To(BeNil())
			}
		})
	})
})

// login returns the token that the service issues.
func login() string {
	GinkgoHelper()
	var response struct {
		Token string `json:"access_token"`
	}
	Expect(json.Unmarshal([]byte(post("/login", `{"user":"ada"}`, nil)), &response)).To(Succeed())
	return response.Token
}

var _ = scenario("secret token", func() {
	Describe("token", vcr.Recorded(), func() {
		It("is sent back", func() {
			token := login()
			Expect(post("/items/"+url.PathEscape(token)+"/all?of="+url.QueryEscape(token), `{"with":"`+token+`"}`, http.Header{"Authorization": {"Bearer " + token}})).To(Equal("welcome"))
			Expect(post("/bot"+secret("BOT")+"/send", `{"text":"hello"}`, http.Header{"Authorization": {"Bearer " + secret("BOT")}})).To(Equal("welcome"))
		})
	})
})

// The specs use tokens that BeforeSuite and BeforeAll have received.
var _ = scenario("secret handed down", func() {
	var ofSuite string
	BeforeSuite(func() { ofSuite = login() })
	Describe("handed down", Ordered, vcr.Recorded(), func() {
		var ofContainer string
		BeforeAll(func() { ofContainer = login() })
		It("to a spec", func() {
			Expect(post("/items/"+url.PathEscape(ofSuite), `{"with":"`+ofContainer+`"}`, nil)).To(Equal("welcome"))
		})
	})
})

// claimed returns a token that names its subject, as JSON web tokens do.
func claimed(subject string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"`+subject+`"}`)) + ".c2ln"
}

var _ = scenario("secret restored", func() {
	restore := vcr.RestoreOnReplay(func(placeholder string) string {
		if placeholder == "[redacted:access_token]" {
			return claimed("somebody")
		}
		return placeholder
	})
	Describe("restored", vcr.Recorded(restore), func() {
		It("is decoded", func() {
			token := login()
			claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
			Expect(err).NotTo(HaveOccurred())
			Expect(string(claims)).To(HavePrefix(`{"sub":"`))
			AddReportEntry("claims", string(claims))
			Expect(post("/items/"+token, `{"with":"`+token+`"}`, nil)).To(Equal("welcome"))
		})
	})
})

// AWS signatures differ in each run: key, date and signature.
var _ = scenario("secret signature", func() {
	scope := func() string { return secret("AWS_KEY") + "/" + secret("DATE") + "/us-east-1/bedrock/aws4_request" }
	Describe("signature", vcr.Recorded(), func() {
		It("is another one each time", func() {
			post("/model/m/invoke", `{"prompt":"hello"}`, http.Header{
				"Authorization":        {"AWS4-HMAC-SHA256 Credential=" + scope() + ", SignedHeaders=host;x-amz-date, Signature=" + secret("SIGNATURE")},
				"X-Amz-Date":           {secret("DATE") + "T000000Z"},
				"X-Amz-Security-Token": {secret("SIGNATURE") + "session"},
			})
			get(vcr.Client(), "/object?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="+url.QueryEscape(scope())+"&X-Amz-Signature="+secret("SIGNATURE"))
		})
	})
})
