import type { RequestHandler } from "express";
import { AppError } from "../../core/errors.ts";
import { isLoopback } from "../doors.ts";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** Headers of every answer: nothing may be framed, guessed at, or loaded from anywhere else. */
export const securityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
  });
  next();
};

/** While nobody logs in, whoever comes through a proxy cannot be told from a local caller: refused. */
export const refuseForwarded: RequestHandler = (request, _response, next) => {
  const name = Object.keys(request.headers).find(
    (header) => header === "forwarded" || header.startsWith("x-forwarded-"),
  );
  if (name === undefined) next();
  else
    next(
      new AppError("WK-HTTP-REFUSED", `The request came through a proxy (it carries ${name}).`, {
        hint: "Without users and roles a proxy would open the admin to everybody behind it: reach it directly.",
      }),
    );
};

/** A name that an attacker's DNS points at loopback must not work: only loopback's own names do. */
export function allowHosts(boundTo: string): RequestHandler {
  if (!isLoopback(boundTo)) return (_request, _response, next) => next();
  const allowed = new Set([...LOOPBACK_NAMES, boundTo.includes(":") ? `[${boundTo}]` : boundTo]);
  return (request, _response, next) => {
    const host = hostName(request.headers.host ?? "");
    if (allowed.has(host)) next();
    else
      next(
        new AppError("WK-HTTP-REFUSED", `The host name "${host}" is not one of this admin's.`, {
          hint: `It listens on loopback: use ${LOOPBACK_NAMES.join(" or ")}, or bind it to another address with -ip.bind.`,
        }),
      );
  };
}

/** A change must be JSON, which no foreign page can send unasked, and come from our own page when it names an origin. */
export const guardWrites: RequestHandler = (request, _response, next) => {
  if (request.method === "GET" || request.method === "HEAD") return next();
  const origin = request.headers.origin;
  const site = request.headers["sec-fetch-site"];
  if ((origin !== undefined && originHost(origin) !== request.headers.host) || site === "cross-site") {
    return next(new AppError("WK-HTTP-REFUSED", `The change comes from another site (${origin ?? "unnamed"}).`));
  }
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return next(new AppError("WK-HTTP-TYPE", `The change was sent as ${type ?? "no type at all"}.`));
  }
  next();
};

function hostName(host: string): string {
  return host.replace(/:\d+$/, "").toLowerCase();
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
