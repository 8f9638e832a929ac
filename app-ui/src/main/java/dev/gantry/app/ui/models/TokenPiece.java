package dev.gantry.app.ui.models;

/// One token as it is shown.
///
/// @param text its part of what was typed, with marks for blanks and ends of lines; its id in angle brackets where it
///     is part of a character
record TokenPiece(int id, String text) {}
