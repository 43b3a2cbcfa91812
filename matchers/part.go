package matchers

import "github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"

// A part is what HaveInteraction expects of one part of an interaction.
type part struct {
	expectation
	noun string
	of   func(*cassette.Interaction) any // what the expectation is asked about
}

// InteractionMethod expects the method of the request, such as POST: a string,
// compared with case, or a matcher for it.
func InteractionMethod(method any) part {
	return part{expect[string]("InteractionMethod", method), "method",
		func(i *cassette.Interaction) any { return i.Request.Method }}
}

// InteractionURL expects the URL of the request, absolute and with its query: a
// string that equals all of it, or a matcher for it.
func InteractionURL(url any) part {
	return part{expect[string]("InteractionURL", url), "URL",
		func(i *cassette.Interaction) any { return i.Request.URL }}
}

// InteractionRequestBody expects the body of the request: a string or []byte
// that equals it to the byte, or a matcher for it, which gets it as a string.
func InteractionRequestBody(body any) part {
	return part{expect[string]("InteractionRequestBody", text(body)), "request body",
		func(i *cassette.Interaction) any { return i.Request.Body.String() }}
}

// InteractionStatus expects the status code of the response: an int, or a
// matcher for it. It is 0 if there was no response.
func InteractionStatus(code any) part {
	return part{expect[int]("InteractionStatus", code), "status",
		func(i *cassette.Interaction) any { return i.Response.Status }}
}

// InteractionResponseBody expects the body of the response: a string or []byte
// that equals it to the byte, or a matcher for it, which gets it as a string. It
// is empty while the response is being read, and if there was none.
func InteractionResponseBody(body any) part {
	return part{expect[string]("InteractionResponseBody", text(body)), "response body",
		func(i *cassette.Interaction) any { return i.Response.Body.String() }}
}

// text takes bytes for the text that they are.
func text(body any) any {
	if bytes, ok := body.([]byte); ok {
		return string(bytes)
	}
	return body
}
