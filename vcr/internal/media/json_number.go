package media

import (
	"math/big"
	"strconv"
	"strings"
)

// maxExponent is the length up to which exponents are added to: arithmetic with longer ones would take quadratic time.
const maxExponent = 1000

// appendNumber appends a JSON number in its one canonical spelling: its digits as an integer without zeros at either end, and the
// power of ten unless that is 0. So 1200, 1.2e3 and 0.12E+4 are all 12e2. Nothing is rounded, and an exponent is never expanded;
// a number with an exponent of more than 1000 digits stays as it is written.
func appendNumber(out []byte, number string) []byte {
	mantissa, exponent := number, ""
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		mantissa, exponent = number[:i], strings.TrimPrefix(number[i+1:], "+")
	}
	if len(exponent) > maxExponent {
		return append(out, number...)
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return append(out, '0')
	}
	significant := strings.TrimRight(digits, "0")
	shift := len(digits) - len(significant) - len(fraction)
	if negative {
		out = append(out, '-')
	}
	out = append(out, significant...)
	power := shiftExponent(exponent, shift)
	if power == "0" {
		return out
	}
	return append(append(out, 'e'), power...)
}

// shiftExponent returns exponent, an integer of any length, plus shift.
func shiftExponent(exponent string, shift int) string {
	if exponent == "" {
		return strconv.Itoa(shift)
	}
	if small, err := strconv.ParseInt(exponent, 10, 32); err == nil {
		return strconv.FormatInt(small+int64(shift), 10)
	}
	large, _ := new(big.Int).SetString(exponent, 10)
	return large.Add(large, big.NewInt(int64(shift))).String()
}
