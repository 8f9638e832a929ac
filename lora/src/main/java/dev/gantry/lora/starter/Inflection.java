package dev.gantry.lora.starter;

/// Regular English endings, for the words whose tables do not give an irregular form.
final class Inflection {

    private Inflection() {}

    static String plural(String noun) {
        if (noun.matches(".*(s|x|z|ch|sh)")) {
            return noun + "es";
        }
        return noun.matches(".*[^aeiou]y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    }

    static String past(String verb) {
        if (verb.endsWith("e")) {
            return verb + "d";
        }
        if (verb.matches(".*[^aeiou]y")) {
            return verb.substring(0, verb.length() - 1) + "ied";
        }
        return doubled(verb) + "ed";
    }

    static String present(String verb) {
        return verb.endsWith("o") ? verb + "es" : plural(verb);
    }

    static String progressive(String verb) {
        boolean silent = verb.endsWith("e") && !verb.endsWith("ee");
        return (silent ? verb.substring(0, verb.length() - 1) : doubled(verb)) + "ing";
    }

    private static String doubled(String verb) {
        boolean short_ = verb.matches("[^aeiou]*[aeiou][^aeiouwxy]");
        return short_ ? verb + verb.charAt(verb.length() - 1) : verb;
    }
}
