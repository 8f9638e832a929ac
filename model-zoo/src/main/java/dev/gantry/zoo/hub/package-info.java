/// Models from Hugging Face's hub, or a mirror that speaks as it does: the only package here that opens a socket, and
/// only when it is called.
@NullMarked
package dev.gantry.zoo.hub;

import org.jspecify.annotations.NullMarked;
