"use strict";

window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "list",
    tryItOutEnabled: true,
    // No badge: it would ask a validator on another host about this document.
    validatorUrl: null,
    // Nothing is kept: tokens typed here are gone when the page is closed.
    persistAuthorization: false,
  });
});
