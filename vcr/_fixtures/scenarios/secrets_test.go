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

	"github.com/seed-e117020a/ginkgo-vcr/vcr"
)

// All secrets come from the environment of a run, so that no file holds one.
func secret(name string) string { return os.Getenv(name) }

// post sends JSON and returns the answer.
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

// redacting is what the variable OPTION names.
func redacting() vcr.Options {
	switch os.Getenv("OPTION") {
	case "RedactHeaders":
		return vcr.Options{vcr.RedactHeaders("x-tenant")}
	case "RedactQuery":
		return vcr.Options{vcr.RedactQuery("TENANT")}
	case "RedactBody":
		return vcr.Options{vcr.RedactBody("$.user.name", "$..age")}
	case "KeepHeaders":
		return vcr.Options{vcr.KeepHeaders("x-auth-token")}
	case "RedactWith":
		return vcr.Options{vcr.RedactQuery("tenant"), vcr.RedactWith(func(name, _ string) string { return "hidden-" + name })}
	case "SecretVariables":
		return vcr.Options{vcr.SecretVariables(func(name string) bool { return name == "TENANT" })}
	}
	return nil
}

var _ = scenario("secret options", func() {
	Describe("options", vcr.Recorded(redacting()), func() {
		It("say what is secret", func() {
			post("/tenants/"+secret("TENANT")+"?tenant="+secret("TENANT"), `{"user":{"name":"`+secret("TENANT")+`","age":4711081536}}`,
				http.Header{"X-Tenant": {secret("TENANT")}, "X-Auth-Token": {"public"}})
		})
	})
})

var _ = scenario("secret variable", func() {
	Describe("variable", vcr.Recorded(), func() {
		It("is sent", func() {
			key := secret("OWN_API_KEY")
			answer := post("/"+key+"?mine="+key, `{"note":"it is `+key+`"}`, http.Header{"X-Own": {key}})
			Expect(answer).To(HavePrefix("POST /"))
			GinkgoWriter.Println(vcr.Current().Snapshot().GomegaString(), vcr.Current().Cassette())
			if os.Getenv("END") == "fail" {
				Expect(vcr.Current()).To(BeNil())
			}
		})
	})
})

// login returns the token that the service hands out.
func login() string {
	GinkgoHelper()
	var answer struct {
		Token string `json:"access_token"`
	}
	Expect(json.Unmarshal([]byte(post("/login", `{"user":"ada"}`, nil)), &answer)).To(Succeed())
	return answer.Token
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

// What a BeforeSuite and a BeforeAll were given is used in the specs.
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

// claimed is a token that says whose it is, as JSON web tokens do.
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

// What AWS signs differs in each run: key, date and signature.
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
