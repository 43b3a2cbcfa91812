package vcrtest

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// failure is the error object of the chat API.
type failure struct {
	status  int
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    string  `json:"code"`
}

var unauthorized = &failure{
	status:  http.StatusUnauthorized,
	Message: "no API key was given; send one as Authorization: Bearer",
	Type:    "invalid_request_error",
	Code:    "invalid_api_key",
}

var rateLimited = &failure{
	status:  http.StatusTooManyRequests,
	Message: "too many requests for this model; try again in 1s",
	Type:    "requests",
	Code:    "rate_limit_exceeded",
}

func badRequest(message string) *failure {
	return &failure{
		status:  http.StatusBadRequest,
		Message: message,
		Type:    "invalid_request_error",
		Code:    "invalid_request",
	}
}

func notFound(r *http.Request) *failure {
	return &failure{
		status:  http.StatusNotFound,
		Message: fmt.Sprintf("%s %s: no such endpoint", r.Method, r.URL.Path),
		Type:    "invalid_request_error",
		Code:    "unknown_url",
	}
}

// write answers with the failure.
func (f *failure) write(w http.ResponseWriter) {
	if f.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, f.status, struct {
		Error *failure `json:"error"`
	}{f})
}

// decode reads a request's body into a value and returns what is wrong with it.
func decode(body []byte, request interface{ model() string }) *failure {
	if err := json.Unmarshal(body, request); err != nil {
		return badRequest("the body is not the JSON that is asked for: " + err.Error())
	}
	switch request.model() {
	case "":
		return badRequest("the body names no model")
	case "rate-limited":
		return rateLimited
	}
	return nil
}
