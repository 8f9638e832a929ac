package dev.gantry.zoo.hub;

import dev.gantry.engine.GantryException;
import java.net.URI;

/// What goes wrong with a hub, in words.
final class HubErrors {
    private HubErrors() {}

    static GantryException unreachable(URI address, Throwable cause) {
        return GantryException.environment(
                        "HUB-UNREACHABLE",
                        "cannot reach " + address.getHost(),
                        "there is no connection to it from this machine: " + reason(cause),
                        "check the network; whatever is on this machine already can be used without it")
                .causedBy(cause);
    }

    private static String reason(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String text = deepest.getMessage();
        return text == null || text.isBlank() ? deepest.getClass().getSimpleName() : text;
    }

    /// @param status of an answer that is not the one that was asked for
    /// @param code what the hub calls it in its header, or empty
    static GantryException refused(RepoId repo, String file, int status, String code, boolean withToken) {
        String what = "cannot download " + repo.name();
        String about = file.isEmpty() ? "" : " (" + file + ")";
        return switch (status) {
            case 401, 403 -> gated(repo, code, withToken);
            case 404 ->
                GantryException.badInput(
                        "HUB-NOT-FOUND",
                        what,
                        "the hub knows no model or revision of that name" + about,
                        "look for its exact name on its page; a private model needs a token");
            case 429 ->
                GantryException.environment(
                        "HUB-BUSY",
                        what,
                        "the hub asks for fewer requests for a while",
                        "wait some minutes and go on; what was downloaded is kept");
            default ->
                GantryException.environment(
                        "HUB-STATUS",
                        what,
                        "the hub answered with status " + status + about,
                        "try again later; what was downloaded is kept");
        };
    }

    private static GantryException gated(RepoId repo, String code, boolean withToken) {
        if (withToken) {
            return GantryException.badInput(
                    "HUB-GATED",
                    "cannot download " + repo.name(),
                    code.equals("GatedRepo")
                            ? "its authors want their terms accepted, and this token’s account has not done so"
                            : "this token may not read it",
                    "open the model's page, accept its terms with the token's account, and make sure the token may read"
                            + " such models");
        }
        return GantryException.badInput(
                "HUB-GATED",
                "cannot download " + repo.name(),
                "it is private, or its authors want their terms accepted first",
                "open the model's page, accept its terms, make a token that may read, and give it here (HF_TOKEN in a"
                        + " terminal)");
    }

    static GantryException damaged(RepoId repo, String why) {
        return GantryException.badInput(
                "HUB-LISTING",
                "cannot download " + repo.name(),
                "the hub's list of its files cannot be used: " + why,
                "check the address of the hub; if it is right, tell those who run it");
    }

    static GantryException wrongBytes(RepoId repo, HubFile file, String why) {
        return GantryException.badInput(
                "HUB-WRONG-BYTES",
                "cannot download " + file.path() + " of " + repo.name(),
                why,
                "try again later, or over another network; nothing of this file was kept");
    }

    static GantryException cutTooOften(RepoId repo, HubFile file, long doneBytes, Throwable cause) {
        return GantryException.environment(
                        "HUB-CUT",
                        "the download of " + repo.name() + " was cut off",
                        "the connection broke several times in a row at %,d of %,d bytes of %s: %s"
                                .formatted(doneBytes, file.bytes(), file.path(), reason(cause)),
                        "go on with it when the network is better; what was downloaded is kept")
                .causedBy(cause);
    }
}
