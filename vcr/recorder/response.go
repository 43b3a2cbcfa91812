package recorder

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// responseOf returns what a tape keeps of a response, but for its body and what
// comes after that.
func responseOf(resp *http.Response) cassette.Response {
	r := cassette.Response{
		Status: resp.StatusCode, Header: resp.Header.Clone(), Uncompressed: resp.Uncompressed,
		Transfer: slices.Clone(resp.TransferEncoding), Close: resp.Close,
	}
	if resp.Proto != "HTTP/1.1" {
		r.Proto = resp.Proto
	}
	_, reason, follows := strings.Cut(resp.Status, " ")
	switch {
	case follows && reason == "":
		r.Reason = noReason
	case reason != http.StatusText(resp.StatusCode):
		r.Reason = reason
	}
	return r
}

// noReason stands for a status line that ends with the blank after its code, as
// some servers write it.
const noReason = " "

// announced returns the trailers that are known before the body was read; their
// values come after it.
func announced(r *cassette.Response) http.Header {
	names := r.Announced
	if names == nil && len(r.Trailer) > 0 {
		names = sortedNames(r.Trailer)
	}
	if len(names) == 0 {
		return nil
	}
	trailer := make(http.Header, len(names))
	for _, name := range names {
		trailer[name] = nil
	}
	return trailer
}

func sortedNames(header http.Header) []string {
	if len(header) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(header))
}

func statusLine(r *cassette.Response) string {
	if r.Status == http.StatusOK && r.Reason == "" {
		return "200 OK" // as nearly always
	}
	code := fmt.Sprintf("%03d", r.Status)
	switch r.Reason {
	case "":
		return strings.TrimSpace(code + " " + http.StatusText(r.Status))
	case noReason:
		return code + " "
	}
	return code + " " + r.Reason
}

// contentLength returns what net/http reports for such a response.
func contentLength(method string, r *cassette.Response) int64 {
	length, err := int64(-1), error(nil)
	if given := r.Header.Get("Content-Length"); given != "" {
		length, err = strconv.ParseInt(given, 10, 64)
	}
	switch {
	case r.Length != nil:
		return *r.Length
	case r.Status == http.StatusNoContent, r.Status == http.StatusNotModified && method != http.MethodHead:
		return 0
	case r.Uncompressed || len(r.Transfer) > 0:
		return -1
	case err == nil && length >= 0 && method != http.MethodHead && r.End == "" && r.Body.Len() > 0:
		return int64(r.Body.Len()) // somebody may have edited the tape
	case err == nil && length >= 0:
		return length
	case method == http.MethodHead:
		return -1
	case r.Body.Len() == 0 && r.End == "":
		return 0
	}
	return -1
}
