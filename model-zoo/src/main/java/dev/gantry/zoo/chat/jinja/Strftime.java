package dev.gantry.zoo.chat.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Python's date formats, in English.
record Strftime(LocalDateTime time) {

    String format(String format) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char field = format.charAt(++i);
            boolean unpadded = field == '-' && i + 1 < format.length();
            String text = field(unpadded ? format.charAt(++i) : field);
            out.append(unpadded ? text.replaceFirst("^0+(?=\\d)", "") : text);
        }
        return out.toString();
    }

    private String field(char field) {
        return switch (field) {
            case 'Y' -> pattern("uuuu");
            case 'y' -> pattern("uu");
            case 'm' -> pattern("MM");
            case 'd' -> pattern("dd");
            case 'H' -> pattern("HH");
            case 'I' -> pattern("hh");
            case 'M' -> pattern("mm");
            case 'S' -> pattern("ss");
            case 'p' -> pattern("a");
            case 'A' -> pattern("EEEE");
            case 'a' -> pattern("EEE");
            case 'B' -> pattern("MMMM");
            case 'b', 'h' -> pattern("MMM");
            case 'j' -> pattern("DDD");
            case 'e' -> "%2d".formatted(time.getDayOfMonth());
            case 'F' -> pattern("uuuu-MM-dd");
            case 'T' -> pattern("HH:mm:ss");
            case 'D' -> pattern("MM/dd/uu");
            case 'R' -> pattern("HH:mm");
            case 'Z', 'z' -> "";
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> throw new TemplateFault("the date field %" + field + " is not supported");
        };
    }

    private String pattern(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
}
