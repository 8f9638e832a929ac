package dev.gantry.zoo.chat.jinja;

/// The template itself called `raise_exception`: it does not want this conversation.
final class TemplateRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemplateRefusal(String message) {
        super(message, null, false, false);
    }
}
