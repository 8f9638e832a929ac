package dev.gantry.app.preferences;

import java.util.Locale;

/// The languages the window speaks.
public enum Language {
    /// That of the desktop where we have it, else English.
    SYSTEM(""),
    ENGLISH("en"),
    CHINESE("zh");

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// The locale for words and numbers; a desktop in a language we lack keeps its own way to write numbers out of it.
    ///
    /// @param desktop the locale the system is set to
    public Locale locale(Locale desktop) {
        if (this == SYSTEM) {
            boolean known = desktop.getLanguage().equals(ENGLISH.tag)
                    || desktop.getLanguage().equals(CHINESE.tag);
            return known ? desktop : Locale.ENGLISH;
        }
        return desktop.getLanguage().equals(tag) ? desktop : Locale.of(tag);
    }
}
