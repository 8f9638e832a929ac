package dev.gantry.zoo.chat.jinja;

/// Something a template did that has no meaning; the interpreter adds the line when it reports it.
final class TemplateFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemplateFault(String message) {
        super(message, null, false, false);
    }
}
