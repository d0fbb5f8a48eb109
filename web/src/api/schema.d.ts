// Made from the server's OpenAPI document by `npm run types`. Not written by hand.

export interface paths {
  "/api/alerts": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Alerts, by name */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Alert"];
          };
        };
      };
    };
    put?: never;
    /** Make an alert; it tells of what happens from now on */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewAlert"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Alert"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/alerts/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove an alert; what it has to send already is sent */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    /** Change an alert; switched on again, it tells of what happens from then on */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["AlertChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Alert"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    trace?: never;
  };
  "/api/audit": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who did what, newest first */
    get: {
      parameters: {
        query?: {
          /** @description Part of the name of who did it. */
          actor?: string;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_AuditEntry"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/audit-events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Entries of the vendors' own logs, newest first */
    get: {
      parameters: {
        query?: {
          /** @description Not before this moment, RFC 3339; a day ago unless given. */
          from?: components["schemas"]["Time"];
          /** @description Before this moment; now unless given. */
          to?: components["schemas"]["Time"];
          /** @description Ids of integrations, separated by commas. */
          integration?: string;
          /** @description Activities, separated by commas. */
          activity?: string;
          /** @description Verbs, separated by commas. */
          action?: string;
          /** @description Outcomes, separated by commas. */
          outcome?: string;
          /** @description Part of the actor's name, or its id. */
          actor?: string;
          /** @description Part of the target's name, or its id. */
          target?: string;
          /** @description Words that stand anywhere in the event. */
          q?: string;
          /** @description The vendor's id for one event. */
          id?: string;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_AuditEvent"];
          };
        };
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/audit-events/histogram": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many entries of the vendors' own logs there were, over time */
    get: {
      parameters: {
        query?: {
          /** @description Not before this moment, RFC 3339; a day ago unless given. */
          from?: components["schemas"]["Time"];
          /** @description Before this moment; now unless given. */
          to?: components["schemas"]["Time"];
          /** @description Ids of integrations, separated by commas. */
          integration?: string;
          /** @description Activities, separated by commas. */
          activity?: string;
          /** @description Verbs, separated by commas. */
          action?: string;
          /** @description Outcomes, separated by commas. */
          outcome?: string;
          /** @description Part of the actor's name, or its id. */
          actor?: string;
          /** @description Part of the target's name, or its id. */
          target?: string;
          /** @description Words that stand anywhere in the event. */
          q?: string;
          /** @description The vendor's id for one event. */
          id?: string;
          /** @description What is told apart; the activity unless given. */
          by?: "activity" | "integration" | "action" | "actor" | "outcome";
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Histogram"];
          };
        };
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/audit-logs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The vendors' own logs, and how far each has been read */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_AuditLog"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/catalogue": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tables, columns and functions */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Catalogue"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/changes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What changed, newest first */
    get: {
      parameters: {
        query?: {
          /** @description Names of types, separated by commas. */
          type?: string;
          /** @description Ids of integrations, separated by commas. */
          integration?: string;
          /** @description `added`, `modified`, `removed`, separated by commas. */
          kind?: string;
          /** @description Where a modified resource differs: this path or one below it. */
          field?: string;
          /** @description What the name or id of who made a change contains. */
          actor?: string;
          /** @description Changes after the one with this sequence number. */
          since?: number;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Changes at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Change"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/channel-kinds": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The kinds of channels and their forms */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_ChannelKind"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/channels": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Channels, by name */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Channel"];
          };
        };
      };
    };
    put?: never;
    /** Make a channel */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewChannel"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Channel"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/channels/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a channel that no alert uses */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    /** Change a channel */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["ChannelChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Channel"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    trace?: never;
  };
  "/api/channels/{id}/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a message now, to see whether it arrives */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Delivery"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/custom-types": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Types of your own, by name */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_CustomType"];
          };
        };
      };
    };
    put?: never;
    /** Add a type */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewCustomType"];
        };
      };
      responses: {
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["CustomType"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/custom-types/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One type of your own */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["CustomType"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Change a type; its resources stay as they are */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["CustomTypeChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["CustomType"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    post?: never;
    /** Remove a type with its resources and their history, for good */
    delete: {
      parameters: {
        query?: {
          /** @description The type's name once more. */
          confirm?: string;
        };
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/deliveries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Messages, newest first */
    get: {
      parameters: {
        query?: {
          /** @description Through the channel with this id. */
          channel?: string;
          /** @description Of the alert with this id. */
          alert?: string;
          /** @description `waiting`, `sent`, `failed` or `dead`. */
          status?: string;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Delivery"];
          };
        };
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/deliveries/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One message with what was sent and what came back */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["DeliveryDetail"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/deliveries/{id}/retry": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a message again that was given up or waits */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Delivery"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happens, as server-sent events
     * @description `progress` how far a run has come, `sync` a run began or ended, `integrations` one was added, changed or deleted,
     *     `changes` the register changed, `findings` findings were opened or resolved, `delivery` a message was sent or not.
     *     `missed` says that events were lost on the way: look anew.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "text/event-stream": string;
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/findings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Findings, the worst first */
    get: {
      parameters: {
        query?: {
          /** @description `open` unless given, `resolved`, `suppressed` or `all`. */
          status?: string;
          /** @description Severities, separated by commas. */
          severity?: string;
          /** @description Ids of rules, separated by commas. */
          rule?: string;
          /** @description Ids of integrations, separated by commas. */
          integration?: string;
          /** @description Of resources of this type. */
          type?: string;
          /** @description Of the resource with this key. */
          key?: string;
          /** @description In the hands of the user with this id. */
          assignee?: string;
          /** @description Words in the resource's label or the rule's title. */
          q?: string;
          /** @description `-severity` unless given, `-openedAt`, `openedAt` or `-changedAt`. */
          sort?: string;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Finding"];
          };
        };
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/findings/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One finding, its history and its rule */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["FindingDetail"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Assign a finding, or say by when it is to be put right */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["FindingChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Finding"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    trace?: never;
  };
  "/api/findings/{id}/comments": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Say something about a finding */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Comment"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Finding"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/findings/{id}/suppression": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Hold a finding under, with a reason */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewSuppression"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Finding"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    post?: never;
    /** Hold a finding under no more */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Reason"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Finding"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/ingest/{type}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Push everything there is: one document per line, or an array
     * @description What is not among the documents goes, unless that is suspiciously much. A body that breaks off, or one document that
     *     does not fit, changes nothing.
     */
    put: {
      parameters: {
        query?: {
          /** @description Take removals although they are many at once. */
          acceptRemovals?: boolean;
        };
        header?: never;
        path: {
          type: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/x-ndjson": Record<string, unknown>;
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["PushedAll"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /**
     * Push some resources: one document, one per line, or an array of at most 1,000
     * @description All of them are taken, or none. What is there already is replaced.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          type: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Record<string, unknown>;
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Pushed"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/ingest/{type}/{key}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take away one resource; nothing happens where there is none */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          type: string;
          key: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/integrations": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Connected accounts, by name */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Integration"];
          };
        };
      };
    };
    put?: never;
    /** Connect an account, once its credentials were tried; its first collection begins at once */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewIntegration"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["AddedIntegration"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/integrations/test": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Try settings and credentials; nothing is saved */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Trial"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Connection"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/integrations/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One connected account, and how far each of its types can be believed */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["IntegrationDetail"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    /** Remove an account and everything that was collected for it, for good */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Confirmation"];
        };
      };
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    /** Change a connected account; another connection is tried before it is saved */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["IntegrationChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Integration"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    trace?: never;
  };
  "/api/integrations/{id}/sync": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Collect now */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["SyncOrder"];
        };
      };
      responses: {
        202: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/integrations/{id}/webhook": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How the webhook of an account is doing */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Webhook"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    /** Make a webhook; one that there was ends. Its address and secrets are told this once */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["MadeWebhook"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** End the webhook of an account */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/invitations/{token}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who an invitation is for */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          token: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["InvitationView"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    /** Follow an invitation: set a password and be signed in */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          token: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["InvitationAnswer"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Your keys, or everybody's where you manage keys */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_ApiKey"];
          };
        };
      };
    };
    put?: never;
    /** Make a key */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewApiKey"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["MadeKey"];
          };
        };
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove a key */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    /** Switch a key off or on */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["KeyChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ApiKey"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    trace?: never;
  };
  "/api/overview": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Everything at a glance */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Overview"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/packs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Packs and their scores */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Pack"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/packs/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One pack with its controls */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["PackDetail"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/providers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What can be connected */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Provider"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/queries": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Managed queries, your own, and those that are shared */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Query"];
          };
        };
      };
    };
    put?: never;
    /** Keep a question */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewQuery"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Query"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/queries/history": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What was asked lately, newest first */
    get: {
      parameters: {
        query?: {
          /** @description Everybody's; for who may read the record of who did what. */
          everyone?: boolean;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_AskedView"];
          };
        };
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/queries/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Save a question of yours anew */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewQuery"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Query"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    post?: never;
    /** Forget a question of yours */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/query": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask in SQL
     * @description The answer is one JSON array of objects; an object a line for `Accept: application/x-ndjson`; CSV for `text/csv`.
     *     `application/vnd.muster.answer+ndjson` gives a line `{"columns": …}`, lines `{"rows": [[…]]}`, and last a line
     *     `{"done": {"rows", "truncated", "milliseconds"}}` or `{"error": …}`. Rows come as they are found. Closing the
     *     connection stops the query.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["Question"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": Record<string, unknown>[];
          };
        };
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/resource": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One resource with everything about it */
    get: {
      parameters: {
        query: {
          /** @description `okta_user` */
          type: string;
          /** @description The integration's id. */
          integration: string;
          /** @description Its key. */
          key: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ResourceDetail"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/resource/history": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happened to one resource, newest first */
    get: {
      parameters: {
        query: {
          /** @description `okta_user` */
          type: string;
          /** @description The integration's id. */
          integration: string;
          /** @description Its key. */
          key: string;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_Change"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/resources": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Resources of a type */
    get: {
      parameters: {
        query: {
          /** @description `okta_user` */
          type: string;
          /** @description Of this integration alone. */
          integration?: string;
          /** @description Words that stand anywhere in the document. */
          q?: string;
          /** @description A column, with `-` before it for the other way round. */
          sort?: string;
          /** @description `next` of the page before. */
          cursor?: string;
          /** @description Items at most; 1 to 500, 50 unless given. */
          limit?: number;
          /** @description `COLUMN:OPERATION:VALUE`, may be given several times; operations: is, not, contains, before, after, empty, present */
          filter?: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["ResourcePage"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/rules": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Rules, by id */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_RuleSummary"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/rules/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One rule with everything about it */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["RuleDetail"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/session": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who is signed in */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    /** Sign in */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["SignIn"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        401: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Sign out */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/session/password": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Change your own password; every other session of yours ends */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["PasswordChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/setup": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the server has an owner yet */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Setup"];
          };
        };
      };
    };
    put?: never;
    /** Make the first owner, with the link that the server printed */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewOwner"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Session"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/types": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The types there are, with how many resources */
    get: {
      parameters: {
        query?: {
          /** @description Counts of this integration alone. */
          integration?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_ResourceType"];
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/users": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Everybody */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Page_User"];
          };
        };
      };
    };
    put?: never;
    /** Invite somebody */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["NewUser"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["InvitedUser"];
          };
        };
        422: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/users/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Remove somebody, with their sessions, keys and saved queries */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    options?: never;
    head?: never;
    /** Change somebody */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": components["schemas"]["UserChange"];
        };
      };
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["User"];
          };
        };
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        409: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    trace?: never;
  };
  "/api/users/{id}/invitation": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A new link for somebody: the first did not arrive, or the password is lost */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["InvitationLink"];
          };
        };
        403: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/hooks/{integration}/{secret}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Answer a vendor that asks whether it may send here */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          integration: string;
          secret: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description What the vendor asked with */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": Record<string, unknown>;
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        410: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    put?: never;
    /** Take a vendor's message; it is on disk when this is answered, and looked at afterwards */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          integration: string;
          secret: string;
        };
        cookie?: never;
      };
      /** @description The message as the vendor sends it */
      requestBody: {
        content: {
          "application/json": Record<string, unknown>;
        };
      };
      responses: {
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
        400: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        404: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        410: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        413: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        429: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            "application/json": components["schemas"]["Problem"];
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description One day. */
    ActivityDay: {
      /** @description `2026-01-31` */
      day: string;
      /**
       * Format: int64
       * @description Findings opened or opened again.
       */
      opened: number;
      /**
       * Format: int64
       * @description Findings resolved.
       */
      resolved: number;
    };
    /** @description Who made a change. */
    Actor: {
      /** @description The vendor's id for them. */
      id?: string | null;
      /** @description What the vendor calls their kind: `User`. */
      kind?: string | null;
      /** @description The name a person knows them by. */
      name?: string | null;
    };
    /** @description A new integration, and what its credentials are good for. */
    AddedIntegration: {
      connection: components["schemas"]["Connection"];
      integration: components["schemas"]["Integration"];
    };
    /** @description What is told about, and to whom. */
    Alert: {
      changes?: components["schemas"]["WatchedChanges"] | null;
      /** @description Ids of channels. */
      channels: string[];
      enabled: boolean;
      findings?: components["schemas"]["WatchedFindings"] | null;
      id: string;
      kind: components["schemas"]["AlertKind"];
      lastSentAt?: components["schemas"]["Time"] | null;
      name: string;
    };
    /** @description What changes of an alert. Members that are absent stay as they are. */
    AlertChange: {
      changes?: components["schemas"]["WatchedChanges"] | null;
      channels?: string[] | null;
      enabled?: boolean | null;
      findings?: components["schemas"]["WatchedFindings"] | null;
      name?: string | null;
    };
    /**
     * @description What an alert watches.
     * @enum {string}
     */
    AlertKind: "finding" | "change";
    /** @description An alert as a message names it. */
    AlertName: {
      id: string;
      name: string;
    };
    /** @description A key, without what opens anything. */
    ApiKey: {
      /** @description When it was made. */
      createdAt: components["schemas"]["Time"];
      /** @description Whose it is. */
      createdBy: string;
      /** @description Whether it is switched off. */
      disabled: boolean;
      expiresAt?: components["schemas"]["Time"] | null;
      /** @description Never changes. */
      id: string;
      lastUsedAt?: components["schemas"]["Time"] | null;
      /** @description What it is for. */
      name: string;
      /** @description How it begins. */
      prefix: string;
      /** @description The only type it may push; null where it is not bound to one. */
      resourceType?: string | null;
      /** @description What it is good for. */
      scope: components["schemas"]["Scope"];
    };
    /** @description A question that was asked. */
    AskedView: {
      /** @description When. */
      at: components["schemas"]["Time"];
      /** @description Who asked. */
      by: string;
      /** @description Why there was none. */
      error?: string | null;
      /**
       * Format: int64
       * @description Grows with time.
       */
      id: number;
      /**
       * Format: int64
       * @description How long it took.
       */
      milliseconds: number;
      /**
       * Format: int64
       * @description Rows of the answer; null when there was none.
       */
      rows?: number | null;
      /** @description The statement. */
      sql: string;
    };
    /** @description One attempt to send a message. */
    Attempt: {
      at: components["schemas"]["Time"];
      /**
       * Format: int64
       * @description Null where that is not known.
       */
      milliseconds?: number | null;
      /** @description What came back, in words. */
      outcome: string;
    };
    /** @description Something that somebody did. */
    AuditEntry: {
      /** @description What: `integration.add`, `finding.suppress`, ... */
      action: string;
      /** @description Who, as they were called then. */
      actor: string;
      /** @description From where. */
      address?: string | null;
      /** @description When. */
      at: components["schemas"]["Time"];
      /** @description The rest. */
      detail?: Record<string, unknown> | null;
      /**
       * Format: int64
       * @description Grows with time.
       */
      id: number;
      /** @description To what, as it was called then. */
      target?: string | null;
    };
    /** @description One entry of a vendor's own log. */
    AuditEvent: {
      /** @description The verb in it. */
      action?: string | null;
      /** @description What the vendor calls what happened. */
      activity: string;
      /** @description Who did it. */
      actor: components["schemas"]["Party"];
      /** @description The whole event as the vendor wrote it. */
      event: Record<string, unknown>;
      /** @description The vendor's id for it. */
      id: string;
      /** @description Whose log. */
      integration: components["schemas"]["IntegrationName"];
      /** @description From which address. */
      ip?: string | null;
      /** @description From where. */
      location?: string | null;
      /** @description The log's table. */
      log: string;
      /** @description How it ended. */
      outcome?: string | null;
      /** @description When Muster read it. */
      receivedAt: components["schemas"]["Time"];
      /** @description To what. */
      target: components["schemas"]["Party"];
      /** @description When it happened, as the vendor says. */
      time: components["schemas"]["Time"];
    };
    /** @description The log of an integration, and how far it has been read. */
    AuditLog: {
      /** @description Spans that were lost: the vendor had forgotten them when they were asked for. */
      gaps: components["schemas"]["Gap"][];
      /** @description Whose. */
      integration: components["schemas"]["IntegrationName"];
      /** @description Which types of resource its parties are, by what the vendor calls their kinds. */
      kinds: {
        [key: string]: string;
      };
      /** @description The log's table. */
      log: string;
      reached?: components["schemas"]["Time"] | null;
      /** @description Why it is not read any further, when it is not. */
      reason?: string | null;
      since?: components["schemas"]["Time"] | null;
      /** @description Its name for people. */
      title: string;
    };
    /** @description A way to authenticate. */
    Authentication: {
      /** @description The names of the fields that only it has a use for. */
      fields: string[];
      /** @description What an integration's `authentication` says, `header`. */
      name: string;
      /** @description Those of them that it cannot do without. */
      needs: string[];
      /** @description `API token` */
      title: string;
    };
    /** @description What an editor completes from. */
    Catalogue: {
      /** @description Functions, by name. */
      functions: components["schemas"]["Function"][];
      /** @description Tables, resource types first. */
      tables: components["schemas"]["Table"][];
    };
    /** @description One version step of a resource. */
    Change: {
      actor?: components["schemas"]["Actor"] | null;
      /** @description The document after. */
      after?: Record<string, unknown> | null;
      /** @description The document before. */
      before?: Record<string, unknown> | null;
      /** @description What the vendor's log calls it. */
      eventType?: string | null;
      /** @description What differs. */
      fields: string[];
      /** @description Whose it is. */
      integration: components["schemas"]["IntegrationName"];
      /** @description Which. */
      key: string;
      /** @description What happened. */
      kind: components["schemas"]["ChangeKind"];
      /** @description The name a person knows it by. */
      label: string;
      /** @description When it was recorded. */
      recordedAt: components["schemas"]["Time"];
      /** @description Its type's name. */
      resourceType: string;
      /**
       * Format: int64
       * @description Orders changes.
       */
      sequence: number;
    };
    /** @description Changes by kind. */
    ChangeCounts: {
      /** Format: int64 */
      added: number;
      /** Format: int64 */
      modified: number;
      /** Format: int64 */
      removed: number;
    };
    /**
     * @description A kind of change.
     * @enum {string}
     */
    ChangeKind: "added" | "modified" | "removed";
    /** @description Where messages go. */
    Channel: {
      /** @description Whether it may lead to something else than a public address over TLS. */
      allowInsecureEndpoint: boolean;
      enabled: boolean;
      id: string;
      kind: string;
      lastDelivery?: components["schemas"]["Delivery"] | null;
      name: string;
      /** @description The secret fields that are set. */
      secretsSet: string[];
      /** @description By the names of the kind's fields. */
      settings: {
        [key: string]: string;
      };
    };
    /** @description What changes of a channel. Members that are absent stay as they are. */
    ChannelChange: {
      allowInsecureEndpoint?: boolean | null;
      enabled?: boolean | null;
      name?: string | null;
      /** @description Those given are replaced; an empty one is taken away. */
      secrets?: {
        [key: string]: string;
      };
      /** @description Replaces all of them. */
      settings?: {
        [key: string]: string;
      } | null;
    };
    /** @description A kind of channel and its form. */
    ChannelKind: {
      /** @description What it does. */
      description: string;
      /** @description What the form asks for. */
      fields: components["schemas"]["Field"][];
      /** @description `webhook`, `slack`, `email` */
      kind: string;
      /** @description Name for people. */
      title: string;
    };
    /** @description A channel as a message names it. */
    ChannelName: {
      id: string;
      kind: string;
      name: string;
    };
    /** @description One column, or one member of a structured column. */
    Column: {
      /** @description Whether its value lives in another resource. */
      computed: boolean;
      /** @description As it is written in SQL; members behind dots. */
      name: string;
      /** @description Whether the vendor may leave it out. */
      nullable: boolean;
      /** @description The types it is the key of. */
      references: string[];
      /** @description What kind of values it has. */
      type: components["schemas"]["ColumnKind"];
    };
    /**
     * @description What kind of values a column has.
     * @enum {string}
     */
    ColumnKind: "string" | "integer" | "number" | "boolean" | "timestamp" | "json" | "list" | "object";
    /** @description Something to be said. */
    Comment: {
      text: string;
    };
    /** @description The name once more, so that nothing is deleted by accident. */
    Confirmation: {
      /** @description The integration's name. */
      confirm: string;
    };
    /** @description What settings and credentials are good for. */
    Connection: {
      /** @description Whose they are. */
      organisation?: string | null;
      /** @description What they will not see, a line each. */
      unseen: string[];
    };
    /** @description One thing a pack asks for. */
    Control: {
      /** @description Its name in the framework. */
      id: string;
      /** @description Rules that decide it. */
      rules: components["schemas"]["RuleSummary"][];
      /** @description How much the framework makes of it. */
      severity: components["schemas"]["Severity"];
      /** @description What is asked for. */
      title: string;
      /** @description What is said of it. */
      verdict: components["schemas"]["ControlVerdict"];
    };
    /** @description Controls by verdict. */
    ControlTally: {
      /** Format: int64 */
      fail: number;
      /** Format: int64 */
      notApplicable: number;
      /**
       * Format: int64
       * @description What is collected does not tell.
       */
      notDecided: number;
      /** Format: int64 */
      notEvaluated: number;
      /** Format: int64 */
      pass: number;
    };
    /**
     * @description What can be said of a control.
     * @enum {string}
     */
    ControlVerdict: "pass" | "fail" | "not_applicable" | "not_evaluated" | "not_decided";
    /** @description Resources by what a rule says of them. */
    Counts: {
      /**
       * Format: int64
       * @description They break it.
       */
      fail: number;
      /**
       * Format: int64
       * @description It is not about them.
       */
      notApplicable: number;
      /**
       * Format: int64
       * @description Something it looks at is missing.
       */
      notEvaluated: number;
      /**
       * Format: int64
       * @description They keep it.
       */
      pass: number;
      /**
       * Format: int64
       * @description They break it, and that is accepted.
       */
      suppressed: number;
    };
    /** @description A type of one's own. */
    CustomType: {
      /** @description When it was last changed. */
      changedAt: components["schemas"]["Time"];
      /** @description In the order of the schema; members of objects after their object. */
      columns: components["schemas"]["Column"][];
      /** @description When it was added. */
      createdAt: components["schemas"]["Time"];
      /** @description One or two sentences. */
      description: string;
      /** @description The integration its resources belong to. */
      integration: components["schemas"]["IntegrationName"];
      /** @description The properties that tell one resource from another. */
      key: string[];
      /** @description The property that people know a resource by; the key where it is null. */
      label?: string | null;
      lastFullPush?: components["schemas"]["Time"] | null;
      /** @description Its table, `hr_person`. */
      name: string;
      /** @description What is missing and why. */
      reason?: string | null;
      /**
       * Format: int64
       * @description Resources there are.
       */
      resources: number;
      /** @description The JSON Schema, as it was written. */
      schema: Record<string, unknown>;
      /** @description Where secrets are, which are not kept. */
      secrets: string[];
      /** @description How far it can be believed. */
      status: components["schemas"]["CustomTypeStatus"];
      /** @description Name for people. */
      title: string;
    };
    /** @description What is written of a type from now on. Name, integration and key stay; where they are given they must be what they are. */
    CustomTypeChange: {
      /** @description One or two sentences. */
      description?: string | null;
      integration?: string | null;
      key?: string[] | null;
      /** @description The property that people know a resource by. */
      label?: string | null;
      name?: string | null;
      /** @description A JSON Schema of the dialect 2020-12 with an object at its top. */
      schema: Record<string, unknown>;
      /** @description Name for people; made of the name unless given. */
      title?: string | null;
    };
    /**
     * @description How far a type of one's own can be believed.
     * @enum {string}
     */
    CustomTypeStatus: "complete" | "incomplete";
    /** @description A message. */
    Delivery: {
      alert?: components["schemas"]["AlertName"] | null;
      /** Format: int32 */
      attempts: number;
      channel: components["schemas"]["ChannelName"];
      createdAt: components["schemas"]["Time"];
      /**
       * Format: int64
       * @description How many events it tells of.
       */
      events: number;
      id: string;
      lastError?: string | null;
      nextAttemptAt?: components["schemas"]["Time"] | null;
      sentAt?: components["schemas"]["Time"] | null;
      status: components["schemas"]["DeliveryStatus"];
      title: string;
    };
    /** @description A message with what was sent and what came back. */
    DeliveryDetail: components["schemas"]["Delivery"] & {
      /** @description Each attempt, oldest first. */
      history: components["schemas"]["Attempt"][];
      /** @description As it is sent, or a text. */
      payload: unknown;
    };
    /**
     * @description How far a message has come.
     * @enum {string}
     */
    DeliveryStatus: "waiting" | "sent" | "failed" | "dead";
    /** @description One field of a form. */
    Field: {
      /** @description The only values it may have; empty where any will do. */
      choices: string[];
      /** @description What it is where nothing is given. */
      default?: string | null;
      /** @description What a value looks like. */
      example?: string | null;
      /** @description One sentence below the field. */
      help: string;
      /** @description What the form calls it. */
      label: string;
      /** @description Whether it is more than a line. */
      multiline: boolean;
      /** @description The member of `settings` or `secrets`. */
      name: string;
      /** @description Whether nothing works without it. */
      required: boolean;
      /** @description Whether it is never shown again. */
      secret: boolean;
    };
    /** @description What is wrong with one member of a request. */
    FieldProblem: {
      /** @description The member. */
      field: string;
      /** @description What is wrong with it. */
      message: string;
    };
    /** @description One resource that breaks one rule, or did. */
    Finding: {
      assignee?: components["schemas"]["Person"] | null;
      changedAt: components["schemas"]["Time"];
      dueAt?: components["schemas"]["Time"] | null;
      /** @description What the rule shows of the resource. */
      evidence: Record<string, unknown>;
      id: string;
      integration: components["schemas"]["IntegrationName"];
      key: string;
      /** @description The name a person knows the resource by. */
      label: string;
      openedAt: components["schemas"]["Time"];
      resourceType: string;
      rule: components["schemas"]["RuleName"];
      status: components["schemas"]["FindingStatus"];
      suppression?: components["schemas"]["Suppression"] | null;
    };
    /** @description What changes of a finding. Members that are absent stay as they are, null takes them away. */
    FindingChange: {
      /** @description The id of a user. */
      assignee?: string | null;
      /**
       * Format: date-time
       * @description By when it is to be put right.
       */
      dueAt?: string | null;
    };
    /** @description A finding with everything about it. */
    FindingDetail: components["schemas"]["Finding"] & {
      about?: components["schemas"]["RuleDetail"] | null;
      /** @description Oldest first. */
      steps: components["schemas"]["Step"][];
    };
    /**
     * @description Whether a resource breaks a rule.
     * @enum {string}
     */
    FindingStatus: "open" | "suppressed" | "resolved";
    /** @description A framework's control. */
    Framework: {
      control: string;
      framework: string;
    };
    /** @description A function that a statement may call. */
    Function: {
      /** @description What it does; empty where nothing is known. */
      description: string;
      /** @description What it is computed from. */
      kind: components["schemas"]["FunctionKind"];
      /** @description As it is written in SQL. */
      name: string;
      /** @description How it is called, a way each. */
      signatures: string[];
    };
    /**
     * @description What a function is computed from.
     * @enum {string}
     */
    FunctionKind: "scalar" | "aggregate" | "window";
    /** @description A span that was lost. */
    Gap: {
      from: components["schemas"]["Time"];
      to: components["schemas"]["Time"];
    };
    /** @description How many events there were, over time. */
    Histogram: {
      /**
       * Format: int64
       * @description How long each bar is.
       */
      barSeconds: number;
      /** @description The beginning of the first bar. */
      from: components["schemas"]["Time"];
      /** @description The most frequent first; the one without a name is all others together. */
      series: components["schemas"]["Series"][];
      /** @description The end of the last bar. */
      to: components["schemas"]["Time"];
      /**
       * Format: int64
       * @description All events.
       */
      total: number;
    };
    /** @description A header with a secret in it. */
    HookHeader: {
      /** @description Its name. */
      name: string;
      /** @description Its value. */
      value: string;
    };
    /** @description A connected account. */
    Integration: {
      /** @description Which of the provider's ways to authenticate it uses. */
      authentication?: string | null;
      /** @description When it was added. */
      createdAt: components["schemas"]["Time"];
      /** @description Free text. */
      description: string;
      /** @description Whether it is collected. */
      enabled: boolean;
      /** @description Never changes. */
      id: string;
      /**
       * Format: int32
       * @description How often.
       */
      intervalSeconds: number;
      lastRun?: components["schemas"]["Run"] | null;
      /** @description Unique. */
      name: string;
      nextRunAt?: components["schemas"]["Time"] | null;
      /** @description Whose it is, as the vendor says. */
      organisation?: string | null;
      /** @description How far each type has come, while it is collected. */
      progress?: components["schemas"]["TypeProgress"][] | null;
      /** @description `okta` */
      provider: string;
      /** @description Why it is not doing well. */
      reason?: string | null;
      /**
       * Format: int64
       * @description Requests of the last run.
       */
      requests?: number | null;
      /**
       * Format: int64
       * @description Resources there are.
       */
      resources: number;
      /** @description As they are stored. */
      settings: {
        [key: string]: string;
      };
      /** @description How it is doing. */
      state: components["schemas"]["IntegrationState"];
      /** @description Words to filter by. */
      tags: string[];
    };
    /** @description What changes of a connected account. Members that are absent stay as they are. */
    IntegrationChange: {
      description?: string | null;
      /** @description Whether it is collected. */
      enabled?: boolean | null;
      /** Format: int32 */
      intervalSeconds?: number | null;
      name?: string | null;
      /** @description Those given are replaced. */
      secrets?: {
        [key: string]: string;
      };
      /** @description Those given change; an empty one is taken away. */
      settings?: {
        [key: string]: string;
      };
      tags?: string[] | null;
    };
    /** @description A connected account and how far each of its types can be believed. */
    IntegrationDetail: components["schemas"]["Integration"] & {
      /** @description In the provider's order. */
      types: components["schemas"]["TypeState"][];
    };
    /** @description An integration in a line. */
    IntegrationLine: {
      id: string;
      name: string;
      nextRunAt?: components["schemas"]["Time"] | null;
      provider: string;
      reason?: string | null;
      /** Format: int64 */
      resources: number;
      state: components["schemas"]["IntegrationState"];
    };
    /** @description Which integration, by both its names. */
    IntegrationName: {
      /** @description Never changes. */
      id: string;
      /** @description What people call it. */
      name: string;
    };
    /**
     * @description How an integration is doing.
     * @enum {string}
     */
    IntegrationState: "new" | "running" | "complete" | "incomplete" | "failing" | "disabled";
    /** @description What follows an invitation. */
    InvitationAnswer: {
      /** @description At least 12 characters. */
      password: string;
    };
    /** @description A link that sets a password. It is shown this once. */
    InvitationLink: {
      /** @description To be passed on; good for a week. */
      invitation: string;
    };
    /** @description Who an invitation is for. */
    InvitationView: {
      /** @description What they will sign in with. */
      email: string;
      /** @description What people call them. */
      name: string;
    };
    /** @description Somebody, and the link that sets their password. It is shown this once. */
    InvitedUser: {
      /** @description To be passed on to them; good for a week. */
      invitation: string;
      /** @description Who. */
      user: components["schemas"]["User"];
    };
    /** @description What changes of a key. */
    KeyChange: {
      /** @description Whether it is switched off. */
      disabled: boolean;
    };
    /** @description A key and what opens. It is shown this once. */
    MadeKey: {
      /** @description What is known of it from now on. */
      key: components["schemas"]["ApiKey"];
      /** @description To be sent as `Authorization: Bearer`. */
      secret: string;
    };
    /** @description A new webhook; its secrets are told this once. */
    MadeWebhook: {
      header?: components["schemas"]["HookHeader"] | null;
      /** @description What to do at the vendor, one step each. */
      steps: string[];
      /** @description Where the vendor is to send to. */
      url: string;
    };
    /** @description Something in what was sent that does not fit. */
    Misfit: {
      /**
       * Format: int64
       * @description In which document, from 1, where there are several.
       */
      document?: number | null;
      /** @description In words. The value is never repeated. */
      message: string;
      /** @description Where, as a JSON pointer; empty for the whole. */
      pointer: string;
    };
    /** @description An alert to be. */
    NewAlert: {
      changes?: components["schemas"]["WatchedChanges"] | null;
      /** @description Ids of channels. */
      channels: string[];
      /** @description True unless given. */
      enabled?: boolean | null;
      findings?: components["schemas"]["WatchedFindings"] | null;
      kind: components["schemas"]["AlertKind"];
      name: string;
    };
    /** @description A key to be. */
    NewApiKey: {
      expiresAt?: components["schemas"]["Time"] | null;
      /** @description What it is for. */
      name: string;
      /** @description The only type it may push, for a key that ingests. */
      resourceType?: string | null;
      /** @description What it is good for. */
      scope: components["schemas"]["Scope"];
    };
    /** @description A channel to be. */
    NewChannel: {
      allowInsecureEndpoint?: boolean;
      kind: string;
      name: string;
      secrets?: {
        [key: string]: string;
      };
      settings?: {
        [key: string]: string;
      };
    };
    /** @description A type to be. */
    NewCustomType: {
      /** @description One or two sentences. */
      description?: string | null;
      /** @description The integration it belongs to, by id or name; the only one there is unless given. */
      integration?: string | null;
      /** @description The properties that tell one resource from another: required strings or integers. */
      key: string[];
      /** @description The property that people know a resource by. */
      label?: string | null;
      /** @description Its table: source and singular noun, `hr_person`. */
      name: string;
      /** @description A JSON Schema of the dialect 2020-12 with an object at its top. */
      schema: Record<string, unknown>;
      /** @description Name for people; made of the name unless given. */
      title?: string | null;
    };
    /** @description An account to be connected. */
    NewIntegration: {
      /** @description Whether the endpoint may be something else than public HTTPS. */
      allowInsecureEndpoints?: boolean;
      /** @description Free text. */
      description?: string;
      /**
       * Format: int32
       * @description How often it is collected; every ten minutes unless given.
       */
      intervalSeconds?: number | null;
      /** @description Must be free. */
      name: string;
      /** @description `okta` */
      provider: string;
      /** @description By the names of the provider's fields. */
      secrets?: {
        [key: string]: string;
      };
      /** @description By the names of the provider's fields. */
      settings?: {
        [key: string]: string;
      };
      /** @description Words to filter by. */
      tags?: string[];
    };
    /** @description The first owner. */
    NewOwner: {
      /** @description What you will sign in with. */
      email: string;
      /** @description What people call you. */
      name: string;
      /** @description At least 12 characters. */
      password: string;
      /** @description From the one-time link. */
      token: string;
    };
    /** @description A question to be kept. */
    NewQuery: {
      /** @description What it answers. */
      description?: string;
      /** @description Whether everybody sees it. */
      shared?: boolean;
      /** @description The statement. */
      sql: string;
      /** @description What it is called. */
      title: string;
    };
    /** @description Why a finding is to be held under. */
    NewSuppression: {
      /** @description In words. */
      reason: string;
      until?: components["schemas"]["Time"] | null;
    };
    /** @description Somebody to be invited. */
    NewUser: {
      /** @description What they will sign in with. */
      email: string;
      /** @description What people call them. */
      name: string;
      /** @description What they may do. */
      role: components["schemas"]["Role"];
    };
    /** @description Open findings by severity. */
    OpenFindings: {
      /** Format: int64 */
      critical: number;
      /** Format: int64 */
      high: number;
      /** Format: int64 */
      info: number;
      /** Format: int64 */
      low: number;
      /** Format: int64 */
      medium: number;
    };
    /** @description Everything at a glance. */
    Overview: {
      /** @description What runs that ended since midnight UTC found. */
      changesToday: components["schemas"]["ChangeCounts"];
      /** @description Open findings. */
      findings: components["schemas"]["OpenFindings"];
      /** @description By name. */
      integrations: components["schemas"]["IntegrationLine"][];
      /** @description With their scores. */
      packs: components["schemas"]["PackLine"][];
      /** @description The latest first. */
      recentChanges: components["schemas"]["Change"][];
      /** @description The latest first. */
      recentFindings: components["schemas"]["Finding"][];
      /**
       * Format: int64
       * @description Resources there are.
       */
      resources: number;
      /** @description The last thirty days since there is an integration, today last. */
      trend: components["schemas"]["TrendDay"][];
      /** @description Those with resources, the most first. */
      types: components["schemas"]["TypeLine"][];
    };
    /** @description A pack and how far it is kept. */
    Pack: {
      /** @description Controls by verdict. */
      controls: components["schemas"]["ControlTally"];
      /** @description What it is and who asks for it. */
      description: string;
      /** @description The file's name. */
      id: string;
      /**
       * Format: double
       * @description Controls that pass among those that pass or fail, 0 to 1; null when nothing was judged.
       */
      score?: number | null;
      /** @description Name for people. */
      title: string;
      /** @description Its own version. */
      version: string;
    };
    /** @description A pack with its controls. */
    PackDetail: components["schemas"]["Pack"] & {
      /** @description In the pack's order. */
      controlList: components["schemas"]["Control"][];
    };
    /** @description A pack in a line. */
    PackLine: {
      id: string;
      /** Format: double */
      score?: number | null;
      title: string;
    };
    /** @description Which pack. */
    PackName: {
      id: string;
      title: string;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Alert: {
      /** @description In the list's order. */
      items: {
        changes?: components["schemas"]["WatchedChanges"] | null;
        /** @description Ids of channels. */
        channels: string[];
        enabled: boolean;
        findings?: components["schemas"]["WatchedFindings"] | null;
        id: string;
        kind: components["schemas"]["AlertKind"];
        lastSentAt?: components["schemas"]["Time"] | null;
        name: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_ApiKey: {
      /** @description In the list's order. */
      items: {
        /** @description When it was made. */
        createdAt: components["schemas"]["Time"];
        /** @description Whose it is. */
        createdBy: string;
        /** @description Whether it is switched off. */
        disabled: boolean;
        expiresAt?: components["schemas"]["Time"] | null;
        /** @description Never changes. */
        id: string;
        lastUsedAt?: components["schemas"]["Time"] | null;
        /** @description What it is for. */
        name: string;
        /** @description How it begins. */
        prefix: string;
        /** @description The only type it may push; null where it is not bound to one. */
        resourceType?: string | null;
        /** @description What it is good for. */
        scope: components["schemas"]["Scope"];
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_AskedView: {
      /** @description In the list's order. */
      items: {
        /** @description When. */
        at: components["schemas"]["Time"];
        /** @description Who asked. */
        by: string;
        /** @description Why there was none. */
        error?: string | null;
        /**
         * Format: int64
         * @description Grows with time.
         */
        id: number;
        /**
         * Format: int64
         * @description How long it took.
         */
        milliseconds: number;
        /**
         * Format: int64
         * @description Rows of the answer; null when there was none.
         */
        rows?: number | null;
        /** @description The statement. */
        sql: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_AuditEntry: {
      /** @description In the list's order. */
      items: {
        /** @description What: `integration.add`, `finding.suppress`, ... */
        action: string;
        /** @description Who, as they were called then. */
        actor: string;
        /** @description From where. */
        address?: string | null;
        /** @description When. */
        at: components["schemas"]["Time"];
        /** @description The rest. */
        detail?: Record<string, unknown> | null;
        /**
         * Format: int64
         * @description Grows with time.
         */
        id: number;
        /** @description To what, as it was called then. */
        target?: string | null;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_AuditEvent: {
      /** @description In the list's order. */
      items: {
        /** @description The verb in it. */
        action?: string | null;
        /** @description What the vendor calls what happened. */
        activity: string;
        /** @description Who did it. */
        actor: components["schemas"]["Party"];
        /** @description The whole event as the vendor wrote it. */
        event: Record<string, unknown>;
        /** @description The vendor's id for it. */
        id: string;
        /** @description Whose log. */
        integration: components["schemas"]["IntegrationName"];
        /** @description From which address. */
        ip?: string | null;
        /** @description From where. */
        location?: string | null;
        /** @description The log's table. */
        log: string;
        /** @description How it ended. */
        outcome?: string | null;
        /** @description When Muster read it. */
        receivedAt: components["schemas"]["Time"];
        /** @description To what. */
        target: components["schemas"]["Party"];
        /** @description When it happened, as the vendor says. */
        time: components["schemas"]["Time"];
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_AuditLog: {
      /** @description In the list's order. */
      items: {
        /** @description Spans that were lost: the vendor had forgotten them when they were asked for. */
        gaps: components["schemas"]["Gap"][];
        /** @description Whose. */
        integration: components["schemas"]["IntegrationName"];
        /** @description Which types of resource its parties are, by what the vendor calls their kinds. */
        kinds: {
          [key: string]: string;
        };
        /** @description The log's table. */
        log: string;
        reached?: components["schemas"]["Time"] | null;
        /** @description Why it is not read any further, when it is not. */
        reason?: string | null;
        since?: components["schemas"]["Time"] | null;
        /** @description Its name for people. */
        title: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Change: {
      /** @description In the list's order. */
      items: {
        actor?: components["schemas"]["Actor"] | null;
        /** @description The document after. */
        after?: Record<string, unknown> | null;
        /** @description The document before. */
        before?: Record<string, unknown> | null;
        /** @description What the vendor's log calls it. */
        eventType?: string | null;
        /** @description What differs. */
        fields: string[];
        /** @description Whose it is. */
        integration: components["schemas"]["IntegrationName"];
        /** @description Which. */
        key: string;
        /** @description What happened. */
        kind: components["schemas"]["ChangeKind"];
        /** @description The name a person knows it by. */
        label: string;
        /** @description When it was recorded. */
        recordedAt: components["schemas"]["Time"];
        /** @description Its type's name. */
        resourceType: string;
        /**
         * Format: int64
         * @description Orders changes.
         */
        sequence: number;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Channel: {
      /** @description In the list's order. */
      items: {
        /** @description Whether it may lead to something else than a public address over TLS. */
        allowInsecureEndpoint: boolean;
        enabled: boolean;
        id: string;
        kind: string;
        lastDelivery?: components["schemas"]["Delivery"] | null;
        name: string;
        /** @description The secret fields that are set. */
        secretsSet: string[];
        /** @description By the names of the kind's fields. */
        settings: {
          [key: string]: string;
        };
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_ChannelKind: {
      /** @description In the list's order. */
      items: {
        /** @description What it does. */
        description: string;
        /** @description What the form asks for. */
        fields: components["schemas"]["Field"][];
        /** @description `webhook`, `slack`, `email` */
        kind: string;
        /** @description Name for people. */
        title: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_CustomType: {
      /** @description In the list's order. */
      items: {
        /** @description When it was last changed. */
        changedAt: components["schemas"]["Time"];
        /** @description In the order of the schema; members of objects after their object. */
        columns: components["schemas"]["Column"][];
        /** @description When it was added. */
        createdAt: components["schemas"]["Time"];
        /** @description One or two sentences. */
        description: string;
        /** @description The integration its resources belong to. */
        integration: components["schemas"]["IntegrationName"];
        /** @description The properties that tell one resource from another. */
        key: string[];
        /** @description The property that people know a resource by; the key where it is null. */
        label?: string | null;
        lastFullPush?: components["schemas"]["Time"] | null;
        /** @description Its table, `hr_person`. */
        name: string;
        /** @description What is missing and why. */
        reason?: string | null;
        /**
         * Format: int64
         * @description Resources there are.
         */
        resources: number;
        /** @description The JSON Schema, as it was written. */
        schema: Record<string, unknown>;
        /** @description Where secrets are, which are not kept. */
        secrets: string[];
        /** @description How far it can be believed. */
        status: components["schemas"]["CustomTypeStatus"];
        /** @description Name for people. */
        title: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Delivery: {
      /** @description In the list's order. */
      items: {
        alert?: components["schemas"]["AlertName"] | null;
        /** Format: int32 */
        attempts: number;
        channel: components["schemas"]["ChannelName"];
        createdAt: components["schemas"]["Time"];
        /**
         * Format: int64
         * @description How many events it tells of.
         */
        events: number;
        id: string;
        lastError?: string | null;
        nextAttemptAt?: components["schemas"]["Time"] | null;
        sentAt?: components["schemas"]["Time"] | null;
        status: components["schemas"]["DeliveryStatus"];
        title: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Finding: {
      /** @description In the list's order. */
      items: {
        assignee?: components["schemas"]["Person"] | null;
        changedAt: components["schemas"]["Time"];
        dueAt?: components["schemas"]["Time"] | null;
        /** @description What the rule shows of the resource. */
        evidence: Record<string, unknown>;
        id: string;
        integration: components["schemas"]["IntegrationName"];
        key: string;
        /** @description The name a person knows the resource by. */
        label: string;
        openedAt: components["schemas"]["Time"];
        resourceType: string;
        rule: components["schemas"]["RuleName"];
        status: components["schemas"]["FindingStatus"];
        suppression?: components["schemas"]["Suppression"] | null;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Integration: {
      /** @description In the list's order. */
      items: {
        /** @description Which of the provider's ways to authenticate it uses. */
        authentication?: string | null;
        /** @description When it was added. */
        createdAt: components["schemas"]["Time"];
        /** @description Free text. */
        description: string;
        /** @description Whether it is collected. */
        enabled: boolean;
        /** @description Never changes. */
        id: string;
        /**
         * Format: int32
         * @description How often.
         */
        intervalSeconds: number;
        lastRun?: components["schemas"]["Run"] | null;
        /** @description Unique. */
        name: string;
        nextRunAt?: components["schemas"]["Time"] | null;
        /** @description Whose it is, as the vendor says. */
        organisation?: string | null;
        /** @description How far each type has come, while it is collected. */
        progress?: components["schemas"]["TypeProgress"][] | null;
        /** @description `okta` */
        provider: string;
        /** @description Why it is not doing well. */
        reason?: string | null;
        /**
         * Format: int64
         * @description Requests of the last run.
         */
        requests?: number | null;
        /**
         * Format: int64
         * @description Resources there are.
         */
        resources: number;
        /** @description As they are stored. */
        settings: {
          [key: string]: string;
        };
        /** @description How it is doing. */
        state: components["schemas"]["IntegrationState"];
        /** @description Words to filter by. */
        tags: string[];
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Pack: {
      /** @description In the list's order. */
      items: {
        /** @description Controls by verdict. */
        controls: components["schemas"]["ControlTally"];
        /** @description What it is and who asks for it. */
        description: string;
        /** @description The file's name. */
        id: string;
        /**
         * Format: double
         * @description Controls that pass among those that pass or fail, 0 to 1; null when nothing was judged.
         */
        score?: number | null;
        /** @description Name for people. */
        title: string;
        /** @description Its own version. */
        version: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Provider: {
      /** @description In the list's order. */
      items: {
        /** @description The ways to authenticate, the plainest first; one of them is filled in. */
        authentication: components["schemas"]["Authentication"][];
        /** @description One or two sentences. */
        description: string;
        /** @description What the form asks for. */
        fields: components["schemas"]["Field"][];
        /** @description `okta` */
        name: string;
        /** @description Whether resources are pushed to us: nobody is asked, and there are no credentials. */
        pushed: boolean;
        /** @description What is collected. */
        resourceTypes: components["schemas"]["TypeName"][];
        /** @description What to do at the vendor first, one step each. */
        steps: string[];
        /** @description `Okta` */
        title: string;
        /** @description Whether it can send what happens by itself. */
        webhook: boolean;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_Query: {
      /** @description In the list's order. */
      items: {
        /** @description What it answers. */
        description: string;
        /** @description Never changes. */
        id: string;
        /** @description Where it comes from. */
        kind: components["schemas"]["QueryKind"];
        /** @description Whether that was you. */
        mine: boolean;
        /** @description Who saved it. */
        owner?: string | null;
        /** @description Of a managed one. */
        provider?: string | null;
        /** @description Whether everybody sees it. */
        shared: boolean;
        /** @description The statement. */
        sql: string;
        /** @description What it is called. */
        title: string;
        updatedAt?: components["schemas"]["Time"] | null;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_ResourceType: {
      /** @description In the list's order. */
      items: {
        /** @description In declared order; members of objects after their object. */
        columns: components["schemas"]["Column"][];
        /** @description One or two sentences. */
        description: string;
        /** @description By integration. */
        integrations: components["schemas"]["TypeCount"][];
        /** @description The columns people know a resource by. */
        label?: string | null;
        /** @description `okta_user` */
        name: string;
        /** @description `okta` */
        provider: string;
        /**
         * Format: int64
         * @description Resources there are.
         */
        resources: number;
        /** @description `Okta User` */
        title: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_RuleSummary: {
      /** @description In the list's order. */
      items: {
        /** @description Resources by what it says of them. */
        counts: components["schemas"]["Counts"];
        evaluatedAt?: components["schemas"]["Time"] | null;
        /** @description `OKTA-098` */
        id: string;
        /** @description The type whose resources it judges. */
        judges: string;
        /** @description The provider it came with. */
        provider: string;
        /** @description Why it was not evaluated, or not for all. */
        reason?: string | null;
        /** @description How much harm breaking it invites. */
        severity: components["schemas"]["Severity"];
        /** @description Words to filter by. */
        tags: string[];
        /** @description What holds when it is kept. */
        title: string;
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Items of a list, and where it goes on. */
    Page_User: {
      /** @description In the list's order. */
      items: {
        /** @description When they were added. */
        createdAt: components["schemas"]["Time"];
        /** @description Whether they are kept out. */
        disabled: boolean;
        /** @description What they sign in with. */
        email: string;
        /** @description Never changes. */
        id: string;
        /** @description Whether they have not used their invitation yet. */
        invited: boolean;
        lastSeenAt?: components["schemas"]["Time"] | null;
        /** @description What people call them. */
        name: string;
        /** @description What they may do. */
        role: components["schemas"]["Role"];
      }[];
      /** @description What to send as `cursor` for the rest; null at the end. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many there are on all pages, where that is known.
       */
      total?: number | null;
    };
    /** @description Who, or what, an event is about. */
    Party: {
      id?: string | null;
      kind?: string | null;
      name?: string | null;
    };
    /** @description Another password. */
    PasswordChange: {
      /** @description As it is. */
      current: string;
      /** @description As it will be. */
      password: string;
    };
    /**
     * @description Something that needs to be permitted.
     * @enum {string}
     */
    Permission:
      | "read"
      | "query"
      | "contribute"
      | "manage_integrations"
      | "push"
      | "judge"
      | "manage_alerts"
      | "manage_users"
      | "manage_keys"
      | "read_audit";
    /** @description Somebody. */
    Person: {
      id: string;
      name: string;
    };
    /** @description Where in a statement. Offset and length count UTF-16 code units, as editors in browsers do. */
    Place: {
      /** @description From 1. */
      column: number;
      /** @description Of the word. */
      length: number;
      /** @description From 1. */
      line: number;
      /** @description From the start of the statement. */
      offset: number;
    };
    /** @description Why there is no answer, as RFC 9457 says it. */
    Problem: {
      /** @description What is wrong and what to do. */
      detail: string;
      /** @description What is wrong with which member of the request. */
      errors?: components["schemas"]["FieldProblem"][];
      /** @description What to write instead. */
      help?: string | null;
      /** @description What does not fit in what was sent, at most 20 of them. */
      mistakes?: components["schemas"]["Misfit"][];
      place?: components["schemas"]["Place"] | null;
      /**
       * Format: int32
       * @description The HTTP status.
       */
      status: number;
      /** @description The kind in words. */
      title: string;
      /** @description Which kind of problem: `/problems/not-found`. */
      type: string;
    };
    /** @description A vendor's product that can be connected. */
    Provider: {
      /** @description The ways to authenticate, the plainest first; one of them is filled in. */
      authentication: components["schemas"]["Authentication"][];
      /** @description One or two sentences. */
      description: string;
      /** @description What the form asks for. */
      fields: components["schemas"]["Field"][];
      /** @description `okta` */
      name: string;
      /** @description Whether resources are pushed to us: nobody is asked, and there are no credentials. */
      pushed: boolean;
      /** @description What is collected. */
      resourceTypes: components["schemas"]["TypeName"][];
      /** @description What to do at the vendor first, one step each. */
      steps: string[];
      /** @description `Okta` */
      title: string;
      /** @description Whether it can send what happens by itself. */
      webhook: boolean;
    };
    /** @description What a push of single resources did. */
    Pushed: {
      /**
       * Format: int64
       * @description Resources that were not there.
       */
      added: number;
      /**
       * Format: int64
       * @description Resources that differ.
       */
      modified: number;
      /**
       * Format: int64
       * @description Documents that were sent.
       */
      seen: number;
      /**
       * Format: int64
       * @description Resources that are as they were.
       */
      unchanged: number;
    };
    /** @description What a push of everything did. */
    PushedAll: {
      /**
       * Format: int64
       * @description Resources that were not there.
       */
      added: number;
      /**
       * Format: int64
       * @description Resources that would have gone, and are held back because they are so many.
       */
      heldBack: number;
      /**
       * Format: int64
       * @description Resources that differ.
       */
      modified: number;
      /** @description Why, and what to do. */
      reason?: string | null;
      /**
       * Format: int64
       * @description Resources that were not among the documents, and went.
       */
      removed: number;
      /**
       * Format: int64
       * @description Documents that were sent.
       */
      seen: number;
      /**
       * Format: int64
       * @description Resources that are as they were.
       */
      unchanged: number;
    };
    /** @description A question that is kept. */
    Query: {
      /** @description What it answers. */
      description: string;
      /** @description Never changes. */
      id: string;
      /** @description Where it comes from. */
      kind: components["schemas"]["QueryKind"];
      /** @description Whether that was you. */
      mine: boolean;
      /** @description Who saved it. */
      owner?: string | null;
      /** @description Of a managed one. */
      provider?: string | null;
      /** @description Whether everybody sees it. */
      shared: boolean;
      /** @description The statement. */
      sql: string;
      /** @description What it is called. */
      title: string;
      updatedAt?: components["schemas"]["Time"] | null;
    };
    /**
     * @description Where a query comes from.
     * @enum {string}
     */
    QueryKind: "managed" | "saved";
    /** @description A question. */
    Question: {
      /**
       * Format: int64
       * @description Rows at most; 1,000,000 unless given.
       */
      maxRows?: number | null;
      /**
       * Format: int64
       * @description Seconds at most; 60 unless given.
       */
      seconds?: number | null;
      /** @description One statement. */
      sql: string;
      /** @description What `$name` stands for, without the sign. */
      variables?: Record<string, unknown>;
    };
    /** @description Why a finding is not to be held under any more. */
    Reason: {
      reason: string;
    };
    /** @description Something that a resource points at. */
    Reference: {
      /** @description Which. */
      key: string;
      /** @description What people call it; null when it is not there. */
      label?: string | null;
      /** @description Where in the resource. */
      path: string;
      /** @description What type it is. */
      type: string;
    };
    /** @description A resource with everything about it. */
    ResourceDetail: components["schemas"]["Row"] & {
      /** @description Its type's columns. */
      columns: components["schemas"]["Column"][];
      /** @description As the vendor gave it, with secrets replaced. */
      document: Record<string, unknown>;
      /** @description What it points at. */
      references: components["schemas"]["Reference"][];
      /** @description Its type's title. */
      title: string;
      /** @description Its type's name. */
      type: string;
    };
    /** @description A page of resources. */
    ResourcePage: {
      /** @description The names in `fields`. */
      columns: components["schemas"]["Column"][];
      /** @description In the order asked for. */
      items: components["schemas"]["Row"][];
      /** @description What to send as `cursor` for the rest. */
      next?: string | null;
      /**
       * Format: int64
       * @description How many fit on all pages.
       */
      total: number;
    };
    /** @description A type of resource, and how many there are. */
    ResourceType: {
      /** @description In declared order; members of objects after their object. */
      columns: components["schemas"]["Column"][];
      /** @description One or two sentences. */
      description: string;
      /** @description By integration. */
      integrations: components["schemas"]["TypeCount"][];
      /** @description The columns people know a resource by. */
      label?: string | null;
      /** @description `okta_user` */
      name: string;
      /** @description `okta` */
      provider: string;
      /**
       * Format: int64
       * @description Resources there are.
       */
      resources: number;
      /** @description `Okta User` */
      title: string;
    };
    /**
     * @description What somebody is.
     * @enum {string}
     */
    Role: "user" | "admin" | "owner";
    /** @description A resource in a list. */
    Row: {
      /** @description By the names of the columns. */
      fields: Record<string, unknown>;
      /** @description Whose it is. */
      integration: components["schemas"]["IntegrationName"];
      /** @description With integration and type, what it is. */
      key: string;
      /** @description The name a person knows it by. */
      label: string;
      /** @description When it last changed. */
      recordedAt: components["schemas"]["Time"];
    };
    /** @description A rule with everything about it. */
    RuleDetail: components["schemas"]["RuleSummary"] & {
      /** @description The last thirty days. */
      activity: components["schemas"]["ActivityDay"][];
      /** @description SQL condition: which resources it is about; all when null. */
      applies?: string | null;
      /** @description SQL condition: which of those break it. */
      breaks: string;
      /** @description Where frameworks ask for it. */
      frameworks: components["schemas"]["Framework"][];
      /** @description The packs it is in. */
      packs: components["schemas"]["PackName"][];
      /** @description One by one. */
      perIntegration: components["schemas"]["RuleInIntegration"][];
      /** @description Every type it reads. */
      reads: string[];
      /** @description What to do about it, one step each. */
      remediation: string[];
      /** @description The statement that finds those that break it. */
      sql: string;
      /** @description Why it matters. */
      why: string;
    };
    /** @description What a rule says in one integration. */
    RuleInIntegration: {
      /** @description Resources by what it says of them. */
      counts: components["schemas"]["Counts"];
      /** @description Which. */
      integration: components["schemas"]["IntegrationName"];
      /** @description Why it was not evaluated, or not for all. */
      reason?: string | null;
    };
    /** @description A rule as a finding names it. */
    RuleName: {
      id: string;
      severity: components["schemas"]["Severity"];
      title: string;
    };
    /** @description A rule and what it says. */
    RuleSummary: {
      /** @description Resources by what it says of them. */
      counts: components["schemas"]["Counts"];
      evaluatedAt?: components["schemas"]["Time"] | null;
      /** @description `OKTA-098` */
      id: string;
      /** @description The type whose resources it judges. */
      judges: string;
      /** @description The provider it came with. */
      provider: string;
      /** @description Why it was not evaluated, or not for all. */
      reason?: string | null;
      /** @description How much harm breaking it invites. */
      severity: components["schemas"]["Severity"];
      /** @description Words to filter by. */
      tags: string[];
      /** @description What holds when it is kept. */
      title: string;
    };
    /** @description A run that came to its end. */
    Run: {
      /** Format: int64 */
      added: number;
      /** @description Whether everything that can be had is there. */
      complete: boolean;
      finishedAt: components["schemas"]["Time"];
      /** Format: int64 */
      modified: number;
      /** Format: int64 */
      removed: number;
      /** Format: int64 */
      requests: number;
      startedAt: components["schemas"]["Time"];
    };
    /**
     * @description What a key is good for.
     * @enum {string}
     */
    Scope: "query" | "read" | "ingest" | "manage";
    /** @description One kind of events, over time. */
    Series: {
      /** @description Per bar. */
      counts: number[];
      /** @description Null for all others together. */
      name?: string | null;
      /**
       * Format: int64
       * @description All of the kind.
       */
      total: number;
    };
    /** @description Who is signed in, and what they may do. */
    Session: {
      /** @description To be sent as `x-csrf-token` with everything that changes something. */
      csrfToken: string;
      /** @description What they may do. */
      permissions: components["schemas"]["Permission"][];
      /** @description Who. */
      user: components["schemas"]["User"];
      /** @description The server's version. */
      version: string;
    };
    /** @description Whether there is an owner yet. */
    Setup: {
      /** @description Whether the one-time link that the server printed has to be followed first. */
      needed: boolean;
    };
    /**
     * @description How much harm a broken rule invites.
     * @enum {string}
     */
    Severity: "critical" | "high" | "medium" | "low" | "info";
    /** @description What signs in. */
    SignIn: {
      /** @description Whatever its case. */
      email: string;
      /** @description As it was set. */
      password: string;
    };
    /** @description Something that happened to a finding. */
    Step: {
      at: components["schemas"]["Time"];
      /** @description Who; null when Muster itself. */
      by?: string | null;
      /** @description Why, in words. */
      cause?: string | null;
      /** @description `opened`, `resolved`, `reopened`, `suppressed`, `unsuppressed`, `assigned`, `due` or `comment`. */
      kind: components["schemas"]["StepKind"];
      /** @description What was said. */
      text?: string | null;
    };
    /**
     * @description What can happen to a finding.
     * @enum {string}
     */
    StepKind:
      "opened" | "resolved" | "reopened" | "suppressed" | "unsuppressed" | "assigned" | "due" | "comment";
    /** @description Why a finding is held under. */
    Suppression: {
      /** @description When. */
      at: components["schemas"]["Time"];
      /** @description Who said so. */
      by: components["schemas"]["Person"];
      /** @description In words. */
      reason: string;
      until?: components["schemas"]["Time"] | null;
    };
    /** @description How to collect. */
    SyncOrder: {
      /**
       * @description Types whose removals are taken however many they are.
       * @default []
       */
      acceptRemovals: string[];
      /**
       * @description List everything, also what did not move.
       * @default false
       */
      full: boolean;
    };
    /** @description A table. */
    Table: {
      /** @description Members of objects after their object. */
      columns: components["schemas"]["Column"][];
      /** @description `resource`, `changes` or `system`. */
      kind: string;
      /** @description As it is written in SQL. */
      name: string;
      /** @description What it is. */
      title: string;
    };
    /**
     * Format: date-time
     * @description A moment: milliseconds since 1970 here, RFC 3339 in UTC outside.
     */
    Time: string;
    /** @description One day. */
    TrendDay: {
      /** @description `2026-01-31` */
      day: string;
      /**
       * Format: int64
       * @description Open at its end.
       */
      open: number;
      /**
       * Format: int64
       * @description Opened or opened again on it.
       */
      opened: number;
      /**
       * Format: int64
       * @description Resolved on it.
       */
      resolved: number;
    };
    /** @description Settings and credentials to be tried. */
    Trial: {
      /** @description Whether the endpoint may be something else than public HTTPS. */
      allowInsecureEndpoints?: boolean;
      /** @description `okta` */
      provider: string;
      /** @description By the names of the provider's fields. */
      secrets?: {
        [key: string]: string;
      };
      /** @description By the names of the provider's fields. */
      settings?: {
        [key: string]: string;
      };
    };
    /** @description How many resources of a type an integration has. */
    TypeCount: {
      /** @description The integration's. */
      id: string;
      /**
       * Format: int64
       * @description Resources there are.
       */
      resources: number;
    };
    /** @description A type in a line. */
    TypeLine: {
      name: string;
      /** Format: int64 */
      resources: number;
      title: string;
    };
    /** @description A type of resource. */
    TypeName: {
      /** @description One or two sentences. */
      description: string;
      /** @description `okta_user` */
      name: string;
      /** @description `Okta User` */
      title: string;
    };
    /** @description How far a type has come. */
    TypeProgress: {
      /**
       * Format: int64
       * @description Changes found.
       */
      changes: number;
      /**
       * Format: int64
       * @description For a type that is listed per parent: parents found.
       */
      parents?: number | null;
      /**
       * Format: int64
       * @description For a type that is listed per parent: parents listed.
       */
      parentsDone?: number | null;
      /**
       * Format: int64
       * @description Requests sent.
       */
      requests: number;
      /**
       * Format: int64
       * @description Resources seen.
       */
      seen: number;
      status?: components["schemas"]["TypeStatus"] | null;
      /** @description Which. */
      type: string;
    };
    /** @description How far one type can be believed. */
    TypeState: {
      completeSince?: components["schemas"]["Time"] | null;
      /** @description Whether removals are held back until they are accepted. */
      heldBack: boolean;
      lastComplete?: components["schemas"]["Time"] | null;
      /**
       * Format: int64
       * @description For a type that is listed per parent: parents there are.
       */
      parents?: number | null;
      /**
       * Format: int64
       * @description For a type that is listed per parent: parents listed at least once.
       */
      parentsDone?: number | null;
      /** @description What is missing and why. */
      reason?: string | null;
      /**
       * Format: int64
       * @description Resources there are.
       */
      resources: number;
      /** @description Whether what is there may be older than the interval says. */
      stale: boolean;
      /** @description How far it can be believed. */
      status: components["schemas"]["TypeStatus"];
      /** @description `Okta User` */
      title: string;
      /** @description Which. */
      type: string;
    };
    /**
     * @description How far a type can be believed.
     * @enum {string}
     */
    TypeStatus: "waiting" | "complete" | "incomplete" | "not_permitted" | "not_available" | "skipped";
    /** @description Somebody who may sign in. */
    User: {
      /** @description When they were added. */
      createdAt: components["schemas"]["Time"];
      /** @description Whether they are kept out. */
      disabled: boolean;
      /** @description What they sign in with. */
      email: string;
      /** @description Never changes. */
      id: string;
      /** @description Whether they have not used their invitation yet. */
      invited: boolean;
      lastSeenAt?: components["schemas"]["Time"] | null;
      /** @description What people call them. */
      name: string;
      /** @description What they may do. */
      role: components["schemas"]["Role"];
    };
    /** @description What changes of somebody. */
    UserChange: {
      /** @description Whether they are kept out. */
      disabled?: boolean | null;
      /** @description What people call them. */
      name?: string | null;
      role?: components["schemas"]["Role"] | null;
    };
    /** @description Which changes. An empty list means all. */
    WatchedChanges: {
      /** @description Where a modified resource differs: these paths or ones below them. */
      fields?: string[];
      /** @description In these integrations, by id. */
      integrations?: string[];
      /** @description These kinds. */
      kinds?: components["schemas"]["ChangeKind"][];
      /** @description Of these types. */
      types?: string[];
    };
    /** @description Which findings. An empty list means all. */
    WatchedFindings: {
      /** @description In these integrations, by id. */
      integrations?: string[];
      /** @description Of rules at least this severe. */
      minimumSeverity: components["schemas"]["Severity"];
      /** @description Of these rules, by id. */
      rules?: string[];
      /** @description These steps. */
      steps?: components["schemas"]["WatchedStep"][];
    };
    /**
     * @description A step of a finding that can be told about.
     * @enum {string}
     */
    WatchedStep: "opened" | "reopened" | "resolved";
    /** @description How an integration's webhook is doing. */
    Webhook: {
      /** @description Whether there is one. */
      active: boolean;
      createdAt?: components["schemas"]["Time"] | null;
      lastReceivedAt?: components["schemas"]["Time"] | null;
      /**
       * Format: int64
       * @description Messages, and events in them, that were not understood.
       */
      notUnderstood: number;
      /**
       * Format: int64
       * @description Messages that came.
       */
      received: number;
      /**
       * Format: int64
       * @description Messages that were not looked at yet.
       */
      waiting: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
