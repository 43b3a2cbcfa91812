package media

import "net/url"

// CanonicalForm returns a body of type application/x-www-form-urlencoded by its fields: sorted by name, the values of one name in
// their order, every escape decoded and encoded again in one way. A body that does not parse is returned as it is.
func CanonicalForm(body []byte) []byte {
	return []byte(SortQuery(string(body)))
}

// SortQuery returns the query of a URL, without the question mark, by its parameters: sorted by name, the values of one name in
// their order, every escape decoded and encoded again in one way, so that %7e equals ~ and %20 equals +. A parameter without a
// value equals one with an empty value. A query that does not parse is returned as it is.
func SortQuery(rawQuery string) string {
	fields, err := url.ParseQuery(rawQuery)
	if err != nil {
		return rawQuery
	}
	return fields.Encode()
}
